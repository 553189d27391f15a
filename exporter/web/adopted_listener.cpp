// Takes over listening sockets that another process has opened.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>
#include <cstring>
#include <optional>

#include "exporter/web/listener.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;

std::optional<int> option_of(int socket, int name) {
  int value = 0;
  socklen_t length = sizeof(value);
  return ::getsockopt(socket, SOL_SOCKET, name, &value, &length) == 0 ? std::optional(value)
                                                                      : std::nullopt;
}

// As --web.listen-address spells it.
std::string name_of(const stream_protocol::endpoint& where) {
  if (where.protocol().family() == AF_UNIX) {
    sockaddr_un local{};
    std::memcpy(&local, where.data(), std::min(where.size(), sizeof(local)));
    return fmt::format("unix:{}", std::string_view(local.sun_path));
  }
  asio::ip::tcp::endpoint internet;
  std::memcpy(internet.data(), where.data(), std::min(where.size(), internet.capacity()));
  return spelled(internet);
}

}  // namespace

std::expected<listener, std::string> adopt_listener(int socket, const asio::any_io_executor& loop) {
  const auto family = option_of(socket, SO_DOMAIN);
  const bool known = family == AF_INET || family == AF_INET6 || family == AF_UNIX;
  if (!known || option_of(socket, SO_TYPE) != SOCK_STREAM ||
      option_of(socket, SO_ACCEPTCONN) != 1) {
    return std::unexpected(fmt::format(
        "descriptor {} is no stream socket that listens on an address of this machine", socket));
  }
  try {
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    stream_acceptor acceptor(loop, stream_protocol(*family, 0), socket);
    auto name = name_of(acceptor.local_endpoint());
    return listener{.acceptor = std::move(acceptor), .bound = std::move(name), .file = {}};
  } catch (const boost::system::system_error& error) {
    return std::unexpected(fmt::format("descriptor {}: {}", socket, error.code().message()));
  }
}

}  // namespace wolkvox::web
