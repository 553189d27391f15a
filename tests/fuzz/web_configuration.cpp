// Bytes of a web configuration file: a mistake is told in one printable line whose place lies in
// the file; what is accepted can be written out and means the same when it is read again.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config/go_duration.hpp"
#include "config/web_config.hpp"
#include "config/web_names.hpp"
#include "tests/fuzz/requirement.hpp"
#include "tests/fuzz/told_problem.hpp"
#include "tests/fuzz/written_config.hpp"

namespace wolkvox::config {
namespace {

using fuzz::in_quotes;
using fuzz::require;

template <class Value, std::size_t Count>
std::string_view name_of(const std::array<web_name<Value>, Count>& names, const Value& value) {
  const auto found = std::ranges::find(names, value, &web_name<Value>::value);
  require(found != names.end(), "a value has a name");
  return found->name;
}

std::string pem_text(std::string_view key, const pem_source& source) {
  std::string text;
  if (!source.file.empty()) {
    text += fmt::format("  {}_file: {}\n", key, in_quotes(source.file.string()));
  }
  if (!source.text.empty()) {
    text += fmt::format("  {}: {}\n", key, in_quotes(source.text.reveal()));
  }
  return text;
}

std::string tls_text(const tls_server& tls) {
  auto text = "tls_server_config:\n" + pem_text("cert", tls.certificate) +
              pem_text("key", tls.key) + pem_text("client_ca", tls.client_ca);
  text +=
      fmt::format("  client_auth_type: {}\n  min_version: {}\n  max_version: {}\n",
                  name_of(client_auth_names, tls.client_auth),
                  name_of(version_names, tls.min_version), name_of(version_names, tls.max_version));
  std::vector<std::string_view> suites;
  for (const std::string_view suite : tls.cipher_suites) {
    suites.push_back(name_of(cipher_names, suite));
  }
  if (tls.names_cipher_suites && suites.empty()) {
    suites.push_back(cipher_names.front().name);
  }
  std::vector<std::string_view> curves;
  for (const std::string_view curve : tls.curve_preferences) {
    curves.push_back(name_of(curve_names, curve));
  }
  text += fmt::format("  cipher_suites: [{}]\n  curve_preferences: [{}]\n", fmt::join(suites, ", "),
                      fmt::join(curves, ", "));
  if (!tls.client_allowed_sans.empty()) {
    std::vector<std::string> names;
    std::ranges::transform(tls.client_allowed_sans, std::back_inserter(names), in_quotes);
    text += fmt::format("  client_allowed_sans: [{}]\n", fmt::join(names, ", "));
  }
  return text + fmt::format("  prefer_server_cipher_suites: {}\n", tls.prefer_server_cipher_suites);
}

// A name may be longer than a plain key of YAML.
std::string entry(std::string_view name, std::string_view value) {
  return fmt::format("    ? {}\n    : {}\n", in_quotes(name), in_quotes(value));
}

std::string written(const web_config& all) {
  auto text = all.tls ? tls_text(*all.tls) : std::string{};
  text += "http_server_config:\n  headers:\n";
  for (const auto& [name, value] : all.headers) {
    text += entry(name, value);
  }
  text += "basic_auth_users:\n";
  for (const auto& [name, hash] : all.users) {
    text += entry(name, hash.reveal());
  }
  return text + fmt::format("rate_limit: {{interval: {}ns, burst: {}}}\n",
                            all.limit.interval.count(), all.limit.burst);
}

void check_accepted(const web_config& read) {
  if (read.tls) {
    require(read.tls->certificate.given() && read.tls->key.given(), "TLS has what it needs");
    require(read.tls->min_version <= read.tls->max_version, "versions leave one");
    require(!read.tls->client_ca.given() || read.tls->client_auth != client_certificates::none,
            "authorities are of use");
  }
  for (const auto& [name, value] : read.headers) {
    require(std::ranges::none_of(value, [](char c) { return c >= '\0' && c < ' '; }),
            "no header holds a line break");
  }
  require(read.limit.interval.count() >= 0, "no interval is below 0");
  for (const auto& [name, hash] : read.users) {
    require(bcrypt_cost(hash.reveal()).has_value(), "every user has a hash");
  }
  const auto text = written(read);
  const auto again = load_web(text, "web.yml");
  require(again.has_value(), "what was accepted is accepted when it is written out:\n" + text +
                                 (again ? "" : to_string(again.error().front())));
  require(written(again->value) == text, "and is the same:\n" + text);
}

void check(std::string_view yaml) {
  const auto result = load_web(yaml, "etc/web.yml");
  const auto check_problem = [&](const auto& each) { fuzz::check_problem(each, yaml); };
  if (!result) {
    require(!result.error().empty(), "a refusal has a reason");
    std::ranges::for_each(result.error(), check_problem);
    return;
  }
  std::ranges::for_each(result->warnings, check_problem);
  check_accepted(result->value);
}

void check_duration(std::string_view text) {
  const auto duration = parse_go_duration(text);
  if (duration) {
    require(duration->count() >= 0, "no duration is below 0");
    require(parse_go_duration(fmt::format("{}ns", duration->count())) == *duration,
            "a duration reads back");
  }
}

}  // namespace
}  // namespace wolkvox::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = wolkvox::fuzz::as_text(data, size);
  wolkvox::config::check(text);
  wolkvox::config::check_duration(text);
  return 0;
}
