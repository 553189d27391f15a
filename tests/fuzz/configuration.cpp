// Bytes of a configuration file: a mistake is told in one printable line whose place lies in the
// file; a configuration that is accepted can be written out and is accepted again as the same.
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "tests/fuzz/requirement.hpp"
#include "tests/fuzz/told_problem.hpp"
#include "tests/fuzz/written_config.hpp"

namespace wolkvox::config {
namespace {

using fuzz::check_problem;
using fuzz::require;

void check_operation(const operation& of) {
  require(!of.name.empty() && !of.base.host.empty() && of.base.port != 0,
          "what is required is there");
  require(of.base.path.starts_with('/') && of.base.path.ends_with('/'), "a base is a folder");
  require(of.token.file.empty() != of.token.environment.empty(), "one source of the token");
  require(of.reserve_ratio >= 0 && of.reserve_ratio < 1, "the reserve is a share");
  require(of.max_concurrent_requests == 1 || of.max_concurrent_requests == 2, "one or two at once");
  require(of.collectors.size() == all_collectors().size(), "every collector has its settings");
  for (const auto& [name, settings] : of.collectors) {
    require(settings.interval.count() > 0, "an interval is above 0");
    require(std::ranges::is_sorted(settings.buckets), "bounds rise");
  }
}

// The reserve is divided by 100 once more on the way; all else is exact.
bool is_same(config a, config b) {
  require(a.operations.size() == b.operations.size(), "as many operations");
  for (std::size_t i = 0; i < a.operations.size(); ++i) {
    auto& mine = a.operations[i].reserve_ratio;
    if (std::abs(mine - b.operations[i].reserve_ratio) < 1e-12) {
      mine = b.operations[i].reserve_ratio;
    }
  }
  return a == b;
}

void check_accepted(const loaded& read) {
  require(!read.value.operations.empty(), "at least one operation");
  std::ranges::for_each(read.value.operations, check_operation);
  const auto text = fuzz::written(read.value);
  const auto again = load(text, "wolkvox.yml");
  require(again.has_value(), "what was accepted is accepted when it is written out:\n" + text +
                                 (again ? "" : to_string(again.error().front())));
  require(is_same(read.value, again->value), "and is the same");
  require(again->warnings.size() == read.warnings.size(), "with as many warnings");
}

void check(std::string_view yaml) {
  const auto result = load(yaml, "etc/wolkvox.yml");
  if (!result) {
    require(!result.error().empty(), "a refusal has a reason");
    std::ranges::for_each(result.error(), [&](const auto& each) { check_problem(each, yaml); });
    return;
  }
  std::ranges::for_each(result->warnings, [&](const auto& each) { check_problem(each, yaml); });
  check_accepted(*result);
}

}  // namespace
}  // namespace wolkvox::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  wolkvox::config::check(wolkvox::fuzz::as_text(data, size));
  return 0;
}
