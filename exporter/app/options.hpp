// The command line (contract section 1). options.cpp has one table of flags and one of commands,
// from which parsing and --help are made.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/logging/log.hpp"
#include "metrics/exposition/recording.hpp"

namespace wolkvox::app {

enum class command : std::uint8_t {
  serve,
  check_config,
  once,
  healthcheck,
  metrics,
  help,
  version
};

struct options {
  command what = command::serve;
  std::filesystem::path config_file = "wolkvox.yml";
  std::filesystem::path storage_path = "data";
  std::vector<std::string> listen_addresses{":10042"};
  std::filesystem::path web_config_file;  // empty: none
  std::string telemetry_path = "/metrics";
  std::uint32_t max_requests = 40;
  std::uint32_t max_connections = 512;
  std::chrono::milliseconds read_timeout = std::chrono::seconds{10};
  bool syntax_only = false;  // check-config
  bool systemd_socket = false;
  bool enable_lifecycle = false;
  bool disable_exporter_metrics = false;
  bool enable_created_samples = false;
  logging::log_level level = logging::log_level::info;
  logging::log_format format = logging::log_format::logfmt;

  metrics::created_samples in_openmetrics() const {
    return enable_created_samples ? metrics::created_samples::written
                                  : metrics::created_samples::left_out;
  }
};

std::string help_text();

// The error is a message for standard error; the program then ends with status 2.
std::expected<options, std::string> parse_options(std::span<const std::string> arguments);

}  // namespace wolkvox::app
