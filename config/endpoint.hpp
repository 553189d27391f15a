// Addresses as users write them, taken apart and checked. An error never quotes the address: it may
// hold a password.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace wolkvox::config {

struct server_address {
  endpoint base;
  std::string number;  // "0042"; "" where the address is not wolkvox' own
};

// 0042, wv0042, wv0042.wolkvox.com or an https address (wolkvox-api.md 1).
std::expected<server_address, std::string> parse_server(std::string_view text);

// An http or https address; http only to a loopback host, because the token travels with it.
std::expected<endpoint, std::string> parse_base_url(std::string_view text);

// http://host:port without a path.
std::expected<endpoint, std::string> parse_proxy_url(std::string_view text);

}  // namespace wolkvox::config
