// The program's log: one line per event on standard error, logfmt or JSON, in the fields that the
// official exporters use (ts, level, msg). Values are data, never format strings; secrets have no
// conversion to text. Thread-safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "config/load.hpp"

namespace wolkvox::app {

enum class log_level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t { logfmt, json };

struct log_field {
  std::string_view name;
  std::string value;
};
using log_fields = std::initializer_list<log_field>;

void configure_log(log_level level, log_format format);
void log(log_level level, std::string_view message, log_fields fields = {});
// What a configuration was warned of, a line each.
void log_warnings(std::span<const config::problem> warnings);

// One line without its end, as it would be written at `timestamp`: pure, for tests.
std::string format_line(log_format format, std::string_view timestamp, log_level level,
                        std::string_view message, log_fields fields);

}  // namespace wolkvox::app
