// Reads a request's target. Boost.URL decodes; it does not split, because it refuses the bare
// brackets of `name[]`.
#include "exporter/web/request_target.hpp"

#include <algorithm>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>
#include <cstdint>

namespace wolkvox::web {
namespace {

enum class plus_sign : std::uint8_t { itself, blank };

std::optional<std::string> decode(std::string_view text, plus_sign plus) {
  const auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded) {
    return std::nullopt;
  }
  boost::urls::encoding_opts options;
  options.space_as_plus = plus == plus_sign::blank;
  auto decoded = encoded->decode(options);
  if (decoded.contains('\0')) {
    return std::nullopt;
  }
  return decoded;
}

// "http://host/path" (RFC 9112 3.2.2: a server takes it) becomes "/path".
std::string without_origin(std::string_view target) {
  const auto end = target.find("://");
  const auto scheme = target.substr(0, end == std::string_view::npos ? 0 : end);
  constexpr auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  const auto is = [&](std::string_view name) {
    return std::ranges::equal(scheme, name, {}, lower);
  };
  if (!is("http") && !is("https")) {
    return std::string{target};
  }
  target.remove_prefix(scheme.size() + 3);
  const auto path = target.find_first_of("/?#");
  const auto rest = path == std::string_view::npos ? std::string_view{} : target.substr(path);
  return rest.starts_with('/') ? std::string{rest} : "/" + std::string{rest};
}

}  // namespace

std::optional<request_target> parse_target(std::string_view given) {
  const std::string whole = without_origin(given);
  const std::string_view target = whole;
  if (!target.starts_with('/') || target.contains('#')) {
    return std::nullopt;
  }
  const auto question = target.find('?');
  auto path = decode(target.substr(0, question), plus_sign::itself);
  if (!path) {
    return std::nullopt;
  }
  request_target result{.path = std::move(*path), .parameters = {}};
  auto rest = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (pair.empty()) {
      continue;
    }
    const auto equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), plus_sign::blank);
    auto value =
        decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1),
               plus_sign::blank);
    if (!name || !value) {
      return std::nullopt;
    }
    result.parameters.emplace_back(std::move(*name), std::move(*value));
  }
  return result;
}

}  // namespace wolkvox::web
