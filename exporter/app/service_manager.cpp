#include "exporter/app/service_manager.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>

namespace wolkvox::app {

namespace {

constexpr int first_socket = 3;  // SD_LISTEN_FDS_START

std::optional<std::int64_t> number_in(const environment& variables, const char* name) {
  const char* const text = variables(name);
  if (text == nullptr) {
    return std::nullopt;
  }
  const std::string_view digits{text};
  std::int64_t value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return read.ec == std::errc{} && read.ptr == digits.data() + digits.size() ? std::optional(value)
                                                                             : std::nullopt;
}

}  // namespace

std::expected<std::vector<int>, std::string> activated_sockets(const environment& variables,
                                                               std::int64_t process) {
  constexpr std::int64_t most = 1024;
  const auto count = number_in(variables, "LISTEN_FDS");
  // Variables that were meant for another process may have been inherited.
  if (number_in(variables, "LISTEN_PID") != process || !count || *count < 1 || *count > most) {
    return std::unexpected(
        "systemd has passed no socket: --web.systemd-socket needs a .socket unit");
  }
  std::vector<int> sockets;
  sockets.reserve(static_cast<std::size_t>(*count));
  for (int each = 0; each < *count; ++each) {
    sockets.push_back(first_socket + each);
  }
  return sockets;
}

std::optional<std::chrono::microseconds> watchdog_patience(const environment& variables,
                                                           std::int64_t process) {
  const auto patience = number_in(variables, "WATCHDOG_USEC");
  if (!patience || *patience <= 0 ||
      (variables("WATCHDOG_PID") != nullptr && number_in(variables, "WATCHDOG_PID") != process)) {
    return std::nullopt;
  }
  return std::chrono::microseconds{*patience};
}

std::string reloading_message(std::chrono::microseconds now) {
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.count());
}

service_manager::service_manager(const environment& variables) {
  if (const char* const address = variables("NOTIFY_SOCKET")) {
    address_ = address;
  }
}

void service_manager::reloading() const {
  // libstdc++'s steady_clock is CLOCK_MONOTONIC.
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  tell(reloading_message(std::chrono::duration_cast<std::chrono::microseconds>(now)));
}

void service_manager::tell(std::string_view message) const {
  sockaddr_un where{};
  if (address_.empty() || address_.size() >= sizeof(where.sun_path)) {
    return;
  }
  where.sun_family = AF_UNIX;
  address_.copy(where.sun_path, address_.size());
  if (address_.front() == '@') {
    where.sun_path[0] = '\0';  // a name outside the file system
  }
  const int line = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (line < 0) {
    return;
  }
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  ::sendto(line, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
           reinterpret_cast<const sockaddr*>(&where), length);
  ::close(line);
}

}  // namespace wolkvox::app
