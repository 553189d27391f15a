// "Did you mean": the candidate that a mistyped word was most likely meant to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wolkvox::config {

// The candidate with the fewest slips (wrong, missing, additional or swapped characters; case does
// not count), where these are at most a third of the word; else the first that the word begins, as
// 'token' begins 'token_file'.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

// "did you mean 'interval'?", or "valid are: a, b, c" where nothing is near.
std::string advice(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace wolkvox::config
