// The operation's token for a request, or why there is none as an error of that request.
#pragma once

#include <expected>

#include "config/config.hpp"
#include "config/secret.hpp"
#include "exporter/api/error.hpp"

namespace wolkvox::app {

// What cannot be read is an auth error that says so: the platform has not refused anything.
std::expected<secret, api::error> read_token(const config::token_source& source);

}  // namespace wolkvox::app
