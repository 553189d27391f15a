#include "exporter/app/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <chrono>
#include <iterator>

#include "metrics/utf8.hpp"

namespace wolkvox::app {

namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};

std::atomic<log_format> chosen_format{log_format::logfmt};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("wolkvox",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum to_spdlog(log_level level) {
  switch (level) {
    case log_level::debug:
      return spdlog::level::debug;
    case log_level::info:
      return spdlog::level::info;
    case log_level::warn:
      return spdlog::level::warn;
    case log_level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

bool needs_quotes(std::string_view value) {
  return value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos ||
         std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// A JSON string; logfmt quotes the same way.
void append_quoted(std::string& out, std::string_view value) {
  out += '"';
  for (const char c : value) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_field(std::string& out, log_format format, std::string_view name,
                  std::string_view value) {
  if (format == log_format::json) {
    out += out.empty() ? '{' : ',';
    append_quoted(out, name);
    out += ':';
    append_quoted(out, value);
    return;
  }
  if (!out.empty()) {
    out += ' ';
  }
  out += name;
  out += '=';
  if (needs_quotes(value)) {
    append_quoted(out, value);
  } else {
    out += value;
  }
}

}  // namespace

void configure_log(log_level level, log_format format) {
  chosen_format = format;
  logger().set_level(to_spdlog(level));
}

std::string format_line(log_format format, std::string_view timestamp, log_level level,
                        std::string_view message, log_fields fields) {
  std::string line;
  append_field(line, format, "ts", timestamp);
  append_field(line, format, "level", level_names.at(static_cast<std::size_t>(level)));
  append_field(line, format, "msg", metrics::to_valid_utf8(message));
  for (const log_field& each : fields) {
    append_field(line, format, each.name, metrics::to_valid_utf8(each.value));
  }
  if (format == log_format::json) {
    line += '}';
  }
  return line;
}

void log(log_level level, std::string_view message, log_fields fields) {
  if (!logger().should_log(to_spdlog(level))) {
    return;
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const std::string timestamp =
      fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                  (now - second).count());
  logger().log(to_spdlog(level), spdlog::string_view_t{format_line(chosen_format, timestamp, level,
                                                                   message, fields)});
}

void log_warnings(std::span<const config::problem> warnings) {
  for (const config::problem& each : warnings) {
    log(log_level::warn, config::to_string(each));
  }
}

}  // namespace wolkvox::app
