// Binds and listens.
#include "exporter/web/listener.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>

namespace wolkvox::web {

std::string spelled(const boost::asio::ip::tcp::endpoint& endpoint) {
  const auto host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", host, endpoint.port())
                                    : fmt::format("{}:{}", host, endpoint.port());
}

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

enum class family_reach : std::uint8_t { one, both };  // IPv6 sockets: IPv6 alone, or IPv4 too

std::unexpected<std::string> cannot(std::string_view address, const error_code& error) {
  return std::unexpected(fmt::format("cannot listen on '{}': {}", address, error.message()));
}

// Throws system_error.
tcp::acceptor open_tcp(const tcp::endpoint& endpoint, family_reach reach,
                       const asio::any_io_executor& loop) {
  tcp::acceptor acceptor(loop);
  acceptor.open(endpoint.protocol());
  acceptor.set_option(asio::socket_base::reuse_address(true));
  if (endpoint.address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(reach == family_reach::one));
  }
  acceptor.bind(endpoint);
  acceptor.listen();
  return acceptor;
}

listener listening(tcp::acceptor acceptor) {
  auto bound = spelled(acceptor.local_endpoint());
  return {.acceptor = std::move(acceptor), .bound = std::move(bound), .file = {}};
}

// A machine without IPv6 gets IPv4 alone.
listener open(const any_address& address, const asio::any_io_executor& loop) {
  try {
    return listening(open_tcp({tcp::v6(), address.port}, family_reach::both, loop));
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::address_family_not_supported) {
      throw;
    }
  }
  return listening(open_tcp({tcp::v4(), address.port}, family_reach::one, loop));
}

// Of a name with several addresses one is taken, IPv4 first.
tcp::endpoint resolve(const host_address& address, const asio::any_io_executor& loop) {
  error_code not_numeric;
  const auto numeric = asio::ip::make_address(address.host, not_numeric);
  if (!not_numeric) {
    return {numeric, address.port};
  }
  tcp::resolver resolver(loop);
  const auto found =
      resolver.resolve(address.host, fmt::format("{}", address.port), tcp::resolver::passive);
  const auto v4 = std::ranges::find_if(
      found, [](const auto& entry) { return entry.endpoint().address().is_v4(); });
  return v4 != found.end() ? v4->endpoint() : found.begin()->endpoint();
}

listener open(const host_address& address, const asio::any_io_executor& loop) {
  return listening(open_tcp(resolve(address, loop), family_reach::one, loop));
}

// A process that was killed leaves its socket file behind: nobody listens on it.
void remove_orphan(const std::string& path, const asio::any_io_executor& loop) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISSOCK(facts.st_mode)) {
    return;
  }
  asio::local::stream_protocol::socket probe(loop);
  error_code refused;
  probe.connect(asio::local::stream_protocol::endpoint(path), refused);
  if (refused == asio::error::connection_refused) {
    ::unlink(path.c_str());
  }
}

listener open(const socket_path& address, const asio::any_io_executor& loop) {
  remove_orphan(address.path, loop);
  asio::local::stream_protocol::acceptor acceptor(loop);
  acceptor.open();
  acceptor.bind(asio::local::stream_protocol::endpoint(address.path));
  acceptor.listen();
  return {.acceptor = std::move(acceptor),
          .bound = fmt::format("unix:{}", address.path),
          .file = address.path};
}

std::string spelled(const listen_address& address) {
  struct speller {
    std::string operator()(const any_address& a) const { return fmt::format(":{}", a.port); }
    std::string operator()(const host_address& a) const {
      return a.host.contains(':') ? fmt::format("[{}]:{}", a.host, a.port)
                                  : fmt::format("{}:{}", a.host, a.port);
    }
    std::string operator()(const socket_path& a) const { return fmt::format("unix:{}", a.path); }
  };
  return std::visit(speller{}, address);
}

}  // namespace

std::expected<listener, std::string> open_listener(const listen_address& address,
                                                   const asio::any_io_executor& loop) {
  try {
    return std::visit([&](const auto& a) { return open(a, loop); }, address);
  } catch (const boost::system::system_error& error) {
    return cannot(spelled(address), error.code());
  }
}

}  // namespace wolkvox::web
