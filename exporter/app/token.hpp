// The operation's token, read where it is kept each time it is needed: a file that was replaced
// counts from the next request on. Never kept, never in a message.
#pragma once

#include <expected>

#include "config/config.hpp"
#include "config/secret.hpp"
#include "exporter/api/error.hpp"

namespace wolkvox::app {

// An unreadable or empty source is an auth error. It names neither file nor variable: what was
// configured there may be the token itself, by mistake.
std::expected<secret, api::error> read_token(const config::token_source& source);

}  // namespace wolkvox::app
