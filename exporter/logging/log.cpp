#include "exporter/logging/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/sink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>

#include "metrics/utf8.hpp"

namespace wolkvox::logging {

namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};

std::atomic<log_format> chosen_format{log_format::logfmt};

// Lines that wait for their reader.
constexpr std::size_t most_waiting = 1000;

// False where nobody is there to read. Blocks while nobody does.
bool write_all(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // whoever shares the descriptor made it non-blocking
      pollfd room{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Writes lines on standard error, on the log's own thread.
class line_sink final : public spdlog::sinks::sink {
 public:
  void log(const spdlog::details::log_msg& message) override {
    std::string line(message.payload.data(), message.payload.size());
    line += '\n';
    unreadable_ += write_all(line) ? 0 : 1;
    const std::lock_guard held(lock_);
    ++handled_;
    handled_one_.notify_all();
  }
  void flush() override {}
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}

  std::uint64_t unreadable() const { return unreadable_; }
  // Until `enough` is true of the number of lines that are done with.
  template <class Enough>
  bool wait(std::chrono::milliseconds within, Enough enough) {
    std::unique_lock held(lock_);
    return handled_one_.wait_for(held, within, [&] { return enough(handled_); });
  }

 private:
  std::atomic<std::uint64_t> unreadable_ = 0;
  std::mutex lock_;
  std::condition_variable handled_one_;
  std::uint64_t handled_ = 0;
};

// Its thread may be stuck in write() when the process ends: it is never destroyed.
struct writer {
  std::shared_ptr<line_sink> sink = std::make_shared<line_sink>();
  std::shared_ptr<spdlog::details::thread_pool> thread =
      std::make_shared<spdlog::details::thread_pool>(most_waiting, 1);
  std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
      "wolkvox", sink, thread, spdlog::async_overflow_policy::overrun_oldest);
  std::atomic<std::uint64_t> posted = 0;
};

writer& the_writer() {
  static auto* const kept = new writer;
  return *kept;
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
  the_writer().logger->set_level(to_spdlog(level));
}

std::string format_line(log_format format, std::string_view timestamp, log_level level,
                        std::string_view message, std::span<const log_field> fields) {
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

void write(log_level level, std::string_view message, std::span<const log_field> fields) {
  writer& to = the_writer();
  if (!to.logger->should_log(to_spdlog(level))) {
    return;
  }
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  const std::string timestamp =
      fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(second)),
                  (now - second).count());
  ++to.posted;
  to.logger->log(to_spdlog(level), spdlog::string_view_t{format_line(chosen_format, timestamp,
                                                                     level, message, fields)});
}

std::uint64_t log_lines_dropped() {
  const writer& of = the_writer();
  return of.thread->overrun_counter() + of.sink->unreadable();
}

bool flush_log(std::chrono::milliseconds within) {
  writer& of = the_writer();
  return of.sink->wait(within, [&of](std::uint64_t handled) {
    return handled + of.thread->overrun_counter() >= of.posted;
  });
}

void end_log(std::chrono::milliseconds within) {
  writer& of = the_writer();
  of.logger->set_level(spdlog::level::off);
  if (flush_log(within)) {
    of.thread.reset();  // joins
  }
}

}  // namespace wolkvox::logging
