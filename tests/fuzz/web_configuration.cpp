// Bytes of a web configuration: a mistake is told in one printable line whose place lies in the
// file; what is accepted can be served, and lets nobody write header fields of their own.
#include <algorithm>
#include <string>
#include <string_view>

#include "config/web_config.hpp"
#include "tests/fuzz/requirement.hpp"
#include "tests/fuzz/told_problem.hpp"

namespace wolkvox::config {
namespace {

using fuzz::check_problem;
using fuzz::require;

void check_tls(const tls_server& tls) {
  require(tls.certificate.given() && tls.key.given(), "there is a certificate with its key");
  require(tls.min_version <= tls.max_version, "a version is left");
  require(!tls.client_ca.given() || tls.client_auth != client_certificates::none,
          "authorities are of use");
  for (const auto* source : {&tls.certificate, &tls.key, &tls.client_ca}) {
    require(!source->given() || (!source->key.empty() && source->at.line > 0),
            "what is read has a place to be told by");
  }
}

void check_accepted(const web_config& read) {
  if (read.tls) {
    check_tls(*read.tls);
  }
  for (const auto& [name, value] : read.headers) {
    require(name.starts_with("X-") || name.ends_with("-Security") || name.ends_with("-Policy"),
            "a field that may be set");
    require(!value.empty() &&
                std::ranges::none_of(value, [](char c) { return c == '\r' || c == '\n'; }),
            "a field is one line");
  }
  for (const auto& [name, hash] : read.users) {
    require(bcrypt_cost(hash.reveal()).has_value(), "a password is hashed");
  }
  require(read.limit.interval.count() >= 0, "time goes on");
}

void check(std::string_view yaml) {
  const auto result = load_web(yaml, "etc/web.yml");
  if (!result) {
    require(!result.error().empty(), "a refusal has a reason");
    std::ranges::for_each(result.error(), [&](const auto& each) { check_problem(each, yaml); });
    return;
  }
  std::ranges::for_each(result->warnings, [&](const auto& each) { check_problem(each, yaml); });
  check_accepted(result->value);
}

}  // namespace
}  // namespace wolkvox::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wolkvox::config::check(wolkvox::fuzz::as_text(data, size));
  return 0;
}
