// The log: one line per event on standard error, logfmt or JSON, in the fields that the
// official exporters use (ts, level, msg). Values are data, never format strings; secrets have no
// conversion to text. Thread-safe, and nobody waits: a thread of the log's own writes, and where
// nobody reads what it writes the oldest lines that wait are dropped and counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace wolkvox::logging {

enum class log_level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t { logfmt, json };

struct log_field {
  std::string_view name;
  std::string value;
};
using log_fields = std::initializer_list<log_field>;

void configure_log(log_level level, log_format format);
void write(log_level level, std::string_view message, std::span<const log_field> fields);
inline void log(log_level level, std::string_view message, log_fields fields = {}) {
  write(level, message, fields);
}

// Lines that were never written: nobody read those before them, or nobody is there to read.
std::uint64_t log_lines_dropped();
// Whether all that was logged before is written, or dropped, within that time.
bool flush_log(std::chrono::milliseconds within);
// At the end of the process, and once: what is logged later is lost. A thread that cannot write
// what waits is left to itself.
void end_log(std::chrono::milliseconds within);

// One line without its end, as it would be written at `timestamp`: pure, for tests.
std::string format_line(log_format format, std::string_view timestamp, log_level level,
                        std::string_view message, std::span<const log_field> fields);

}  // namespace wolkvox::logging
