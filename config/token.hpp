// What a file or the environment keeps secret for an operation: its token, and its proxy's
// password. Read where it is kept each time it is needed: a file that was replaced counts from the
// next request on. Never kept, never in a message.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/secret.hpp"

namespace wolkvox::config {

// Tokens are long runs of letters and digits; names of files and variables are words.
bool looks_like_token(std::string_view word);

// The error is a sentence that names the file or the variable, what is wrong with it and what to
// write instead. Where nothing of that name is there and the name looks like a token, it is not
// repeated: the token itself may have been put there by mistake.
std::expected<secret, std::string> read_token(const token_source& source);

// As a token, but it may hold blanks and letters of any language.
std::expected<secret, std::string> read_proxy_password(const std::filesystem::path& file);

// "" for a file that its owner and group alone may read, or that is not there; else a sentence
// that names it and says how to mend that.
std::string trouble_with_mode(const std::filesystem::path& secret_file);

}  // namespace wolkvox::config
