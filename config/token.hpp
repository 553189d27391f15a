// The operation's token, read where it is kept each time it is needed: a file that was replaced
// counts from the next request on. Never kept, never in a message.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/secret.hpp"

namespace wolkvox::config {

// Tokens are long runs of letters and digits; names of files and variables are words.
bool looks_like_token(std::string_view word);

// The error is a sentence that names the file or the variable and what is wrong with it. Where
// nothing of that name is there and the name looks like a token, it is not repeated: the token
// itself may have been put there by mistake.
std::expected<secret, std::string> read_token(const token_source& source);

}  // namespace wolkvox::config
