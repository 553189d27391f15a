// What systemd tells a service that it started, and is told by it (sd_notify(3), sd_listen_fds(3)):
// variables of the environment and datagrams of a line or two, so no library is needed. Where no
// service manager listens, telling does nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wolkvox::app {

// Looks a variable up; null where it is not set.
using environment = std::function<const char*(const char*)>;

// The sockets that systemd has opened for this process. The error says that there are none.
std::expected<std::vector<int>, std::string> activated_sockets(const environment& variables,
                                                               std::int64_t process);

// How long a sign of life may take at most; nothing where none is awaited of this process.
std::optional<std::chrono::microseconds> watchdog_patience(const environment& variables,
                                                           std::int64_t process);

// The time is that of the system's monotonic clock, by which the manager knows the reload from an
// earlier one.
std::string reloading_message(std::chrono::microseconds now);

class service_manager {
 public:
  explicit service_manager(const environment& variables);

  void ready() const { tell("READY=1"); }
  void reloading() const;
  void stopping() const { tell("STOPPING=1"); }
  void alive() const { tell("WATCHDOG=1"); }

 private:
  // A full queue or a manager that is gone is not worth a word: it would be told to nobody else.
  void tell(std::string_view message) const;

  std::string address_;  // of its socket; empty for none
};

}  // namespace wolkvox::app
