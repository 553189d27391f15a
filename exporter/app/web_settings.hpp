// The web server as the command line asks for it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "exporter/app/options.hpp"
#include "exporter/web/guard.hpp"
#include "exporter/web/server.hpp"

namespace wolkvox::app {

// What a configuration was warned of, a line each.
void log_warnings(std::span<const config::problem> warnings);

// What --web.config.file says: null without it; nothing, and told on standard error, where it is
// bad.
std::optional<std::shared_ptr<web::guard>> open_guard(const options& chosen);

// Without the lifecycle handlers. The error says why there is no address to listen on.
std::expected<web::server_settings, std::string> make_server_settings(
    const options& chosen, std::shared_ptr<web::guard> guard, boost::asio::any_io_executor loop);

}  // namespace wolkvox::app
