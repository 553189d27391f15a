// Boost.URL takes the address apart; what remains here is what this exporter accepts of it.
#include "config/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>

namespace wolkvox::config {
namespace {

namespace urls = boost::urls;

constexpr std::string_view domain = ".wolkvox.com";
constexpr std::string_view api_path = "/api/v2/";  // wolkvox-api.md 1, Host

std::unexpected<std::string> refuse(std::string_view why) {
  return std::unexpected(std::string(why));
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_name(std::string_view host) {
  return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

// The number in "0042", "wv0042" or "wv0042.wolkvox.com", all lower case: four digits.
std::optional<std::string> server_number(std::string_view text) {
  if (text.starts_with("wv")) {
    text.remove_prefix(2);
    if (text.ends_with(domain)) {
      text.remove_suffix(domain.size());
    }
  }
  if (text.size() != 4 || !std::ranges::all_of(text, is_digit)) {
    return std::nullopt;
  }
  return std::string(text);
}

std::optional<std::uint16_t> port_of(const urls::url_view& url, bool tls) {
  if (!url.has_port() || url.port().empty()) {
    return tls ? std::uint16_t{443} : std::uint16_t{80};
  }
  const std::string_view digits(url.port().data(), url.port().size());
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc{} || port == 0) {
    return std::nullopt;
  }
  return port;
}

struct parsed_address {
  endpoint where;
  bool loopback = false;
};

// The host in lower case and without brackets, and whether it can only be this machine.
std::expected<parsed_address, std::string> host_of(const urls::url_view& url) {
  parsed_address result;
  switch (url.host_type()) {
    case urls::host_type::ipv4:
      result.where.host = url.host_ipv4_address().to_string();
      result.loopback = url.host_ipv4_address().is_loopback();
      return result;
    case urls::host_type::ipv6:
      result.where.host = url.host_ipv6_address().to_string();
      result.loopback = url.host_ipv6_address().is_loopback();
      return result;
    case urls::host_type::name:
      result.where.host = to_lower(url.host_name());
      result.loopback = result.where.host == "localhost";
      if (is_host_name(result.where.host)) {
        return result;
      }
      break;
    case urls::host_type::none:
    case urls::host_type::ipvfuture:
      break;
  }
  return refuse("the address has no valid host name");
}

std::expected<parsed_address, std::string> parse_address(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed) {
    return refuse("not an address of the form https://host:port/path/");
  }
  const urls::url_view& url = *parsed;
  if (url.scheme_id() != urls::scheme::http && url.scheme_id() != urls::scheme::https) {
    return refuse("an address begins with https:// or http://");
  }
  if (url.has_userinfo()) {
    return refuse("an address must not hold a user name or password");
  }
  if (url.has_query() || url.has_fragment()) {
    return refuse("an address must not have a query (?) or a fragment (#)");
  }
  // Boost.URL 1.81 ends a host at an IPv4 address and a port at its last digit, and takes what
  // follows for a path: 127.0.0.1.example.com would pass for this machine.
  const std::string_view path(url.encoded_path().data(), url.encoded_path().size());
  if (!path.empty() && !path.starts_with('/')) {
    return refuse("the address has no valid host name or port");
  }
  auto result = host_of(url);
  if (!result) {
    return result;
  }
  result->where.tls = url.scheme_id() == urls::scheme::https;
  const auto port = port_of(url, result->where.tls);
  if (!port) {
    return refuse("the port of an address is 1 to 65535");
  }
  result->where.port = *port;
  result->where.path = path;
  if (!result->where.path.ends_with('/')) {
    result->where.path += '/';
  }
  return result;
}

server_address wolkvox_server(const std::string& number) {
  return {.base = {.tls = true,
                   .host = fmt::format("wv{}{}", number, domain),
                   .port = 443,
                   .path = std::string(api_path)},
          .number = number};
}

}  // namespace

std::expected<server_address, std::string> parse_server(std::string_view text) {
  const auto folded = to_lower(text);
  if (const auto number = server_number(folded)) {
    return wolkvox_server(*number);
  }
  if (!folded.contains("://")) {
    return refuse("a server is four digits: 0042, wv0042 or wv0042.wolkvox.com");
  }
  auto address = parse_address(text);
  if (!address) {
    return std::unexpected(address.error());
  }
  if (!address->where.tls) {
    return refuse(
        "a server's address begins with https://; a stand-in on this machine goes into 'base_url'");
  }
  server_address result{.base = address->where, .number = {}};
  if (result.base.host.starts_with("wv") && result.base.host.ends_with(domain)) {
    result.number = server_number(result.base.host).value_or("");
    if (result.base.path == "/") {
      result.base.path = api_path;
    }
  }
  return result;
}

std::expected<endpoint, std::string> parse_base_url(std::string_view text) {
  auto address = parse_address(text);
  if (!address) {
    return std::unexpected(address.error());
  }
  if (!address->where.tls && !address->loopback) {
    return refuse(
        "http:// would send the token in the clear; it is for this machine only, use https://");
  }
  return address->where;
}

std::expected<endpoint, std::string> parse_proxy_url(std::string_view text) {
  auto address = parse_address(text);
  if (!address) {
    return std::unexpected(address.error());
  }
  if (address->where.tls) {
    return refuse("a proxy is reached with http://, whatever is asked through it");
  }
  if (address->where.path != "/") {
    return refuse("a proxy has no path: http://host:port");
  }
  return address->where;
}

}  // namespace wolkvox::config
