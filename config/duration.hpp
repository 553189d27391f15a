// Durations as Prometheus writes them: "30s", "5m", "1h30m", "500ms", "0".
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace wolkvox::config {

// Units y w d h m s ms, each at most once and from the largest to the smallest; a bare "0" needs
// none. Nothing above 2^63 ns (292 years), as in Prometheus. The error says what is wrong, without
// the text itself.
std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text);

// The shortest form that parse_duration reads back: 90 min is "1h30m", 24 h is "1d", nothing is
// "0s".
std::string format_duration(std::chrono::milliseconds duration);
// For people: whole seconds, at least zero.
std::string in_words(std::chrono::nanoseconds duration);

}  // namespace wolkvox::config
