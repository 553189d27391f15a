#include "exporter/app/web_settings.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <utility>

#include "exporter/app/process.hpp"
#include "exporter/app/service_manager.hpp"
#include "exporter/logging/log.hpp"

namespace wolkvox::app {

using logging::log_level;

void log_warnings(std::span<const config::problem> warnings) {
  for (const config::problem& each : warnings) {
    log(log_level::warn, config::to_string(each));
  }
}

std::optional<std::shared_ptr<web::guard>> open_guard(const options& chosen) {
  if (chosen.web_config_file.empty()) {
    return std::shared_ptr<web::guard>{};
  }
  auto opened = web::guard::open(chosen.web_config_file);
  if (!opened) {
    for (const config::problem& each : opened.error()) {
      std::cerr << config::to_string(each) << '\n';
    }
    return std::nullopt;
  }
  log_warnings(opened->warnings);
  opened->ready->set_told([](const std::string& trouble) { log(log_level::warn, trouble); });
  return std::move(opened->ready);
}

std::expected<web::server_settings, std::string> make_server_settings(
    const options& chosen, std::shared_ptr<web::guard> guard, boost::asio::any_io_executor loop) {
  web::server_settings settings;
  settings.listen_addresses = chosen.listen_addresses;
  if (chosen.systemd_socket) {
    auto passed = activated_sockets(::getenv, ::getpid());
    if (!passed) {
      return std::unexpected(std::move(passed.error()));
    }
    settings.inherited_sockets = std::move(*passed);
    settings.listen_addresses.clear();
  }
  settings.telemetry_path = chosen.telemetry_path;
  settings.max_requests = chosen.max_requests;
  auto fitting = make_room_for_connections(chosen.max_connections);
  if (!fitting.trouble.empty()) {
    log(log_level::warn, fitting.trouble);
  }
  settings.limits.connections = fitting.connections;
  settings.limits.header_timeout = chosen.read_timeout;
  settings.guard = std::move(guard);
  settings.loop = std::move(loop);
  settings.refused = [](web::handshake_fault why, const std::string& detail) {
    log(log_level::debug, "a TLS client came to no request",
        {{"reason", std::string{name_of(why)}}, {"err", detail}});
  };
  settings.told = [](const std::string& trouble) { log(log_level::warn, trouble); };
  return settings;
}

}  // namespace wolkvox::app
