// Reads --web.listen-address.
#include "exporter/web/listen_address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace wolkvox::web {
namespace {

// sockaddr_un::sun_path holds 108 bytes with the closing zero.
constexpr std::size_t longest_socket_path = 107;

constexpr std::string_view unix_prefix = "unix:";

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected(fmt::format("listen address '{}': {}", text, why));
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return port;
}

std::expected<listen_address, std::string> parse_socket_path(std::string_view text) {
  const auto path = text.substr(unix_prefix.size());
  if (path.empty()) {
    return wrong(text, "no path after 'unix:'");
  }
  if (path.size() > longest_socket_path) {
    return wrong(text, fmt::format("the path is longer than {} bytes", longest_socket_path));
  }
  if (path.contains('\0')) {
    return wrong(text, "the path holds a zero byte");
  }
  return socket_path{std::string(path)};
}

bool is_host_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7f && c != '/' && c != '[' && c != ']' && c != '@';
}

}  // namespace

std::expected<listen_address, std::string> parse_listen_address(std::string_view text) {
  if (text.starts_with(unix_prefix)) {
    return parse_socket_path(text);
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || text.ends_with(']')) {
    return wrong(text, "no port; write ':10042', 'host:10042', '[v6]:10042' or 'unix:/path'");
  }
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) {
    return wrong(text, "the port is not a number from 0 to 65535");
  }
  auto host = text.substr(0, colon);
  if (host.empty()) {
    return any_address{*port};
  }
  if (host.starts_with('[')) {
    if (!host.ends_with(']') || host.size() < 3) {
      return wrong(text, "unbalanced or empty brackets");
    }
    host = host.substr(1, host.size() - 2);
    if (!host.contains(':')) {
      return wrong(text, "brackets are for IPv6 addresses");
    }
  } else if (host.contains(':')) {
    return wrong(text, "an IPv6 address stands in brackets: '[::1]:10042'");
  }
  if (!std::ranges::all_of(host, is_host_character)) {
    return wrong(text, "not a host name or an address");
  }
  if (host == "::") {
    return any_address{*port};
  }
  return host_address{std::string(host), *port};
}

}  // namespace wolkvox::web
