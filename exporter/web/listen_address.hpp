// Where to listen, as --web.listen-address spells it (contract section 1): `:10042`, `host:port`,
// `[v6]:port`, `unix:/path`. Pure: nothing is resolved or opened here.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>

namespace wolkvox::web {

// Every address of the machine, IPv4 and IPv6: `:port` and `[::]:port`.
struct any_address {
  std::uint16_t port = 0;
  friend bool operator==(const any_address&, const any_address&) = default;
};

// One numeric address or one name.
struct host_address {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  friend bool operator==(const host_address&, const host_address&) = default;
};

struct socket_path {
  std::string path;
  friend bool operator==(const socket_path&, const socket_path&) = default;
};

using listen_address = std::variant<any_address, host_address, socket_path>;

// The error says what is wrong and names the text.
std::expected<listen_address, std::string> parse_listen_address(std::string_view text);

}  // namespace wolkvox::web
