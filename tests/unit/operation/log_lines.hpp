// The lines that a part under test logs, as logfmt without their time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/logging/logger.hpp"

namespace wolkvox::operation {

class log_lines {
 public:
  // It outlives them.
  logging::logger writer() {
    return logging::logger([this](logging::log_level level, std::string_view message,
                                  std::span<const logging::log_field> fields) {
      const auto line =
          logging::format_line(logging::log_format::logfmt, "", level, message, fields);
      if (level != logging::log_level::debug) {
        lines_.push_back(line.substr(std::string_view{"ts=\"\" "}.size()));
      }
    });
  }
  // What was logged since this was last asked.
  std::vector<std::string> taken() { return std::exchange(lines_, {}); }

 private:
  std::vector<std::string> lines_;
};

}  // namespace wolkvox::operation
