// Arithmetic of the daily quota (wolkvox-api.md 3.1): licences x 1000, less the reserve.
#include "config/warnings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <string_view>

#include "config/duration.hpp"
#include "config/keys.hpp"

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;
using day = std::chrono::duration<double, std::ratio<86'400>>;

constexpr double requests_per_licence = 1000;  // a day (wolkvox-api.md 3.1)

place place_of(const std::map<std::string, place, std::less<>>& places,
               std::string_view collector) {
  const auto found = places.find(collector);
  return found == places.end() ? place{} : found->second;
}

void warn_about_budget(const operation_draft& draft, problem_log& warnings) {
  const auto& settings = draft.value;
  if (settings.licences == 0) {
    return;
  }
  const auto quota = requests_per_licence * settings.licences;
  const auto budget = std::floor(quota * (1 - settings.reserve_ratio));
  const auto needed = std::ceil(requests_per_day(settings));
  if (needed <= budget) {
    return;
  }
  warnings.add(
      draft.licences_at, draft.path,
      fmt::format("the intervals need {:.0f} requests a day, the budget is {:.0f} ({:.0f} less the "
                  "reserve); polls will be spread out",
                  needed, budget, quota));
  for (const auto& [name, collector] : settings.collectors) {
    if (collector.enabled && collector.interval < 1min) {
      warnings.add(place_of(draft.interval_at, name),
                   fmt::format("{}.collectors.{}.interval", draft.path, name),
                   fmt::format("{} is below 1m and the daily budget does not carry it",
                               format_duration(collector.interval)));
    }
  }
}

void warn_about_codes(const operation_draft& draft, problem_log& warnings) {
  for (const auto& [name, collector] : draft.value.collectors) {
    if (collector.enabled && collector.codes_settle > 0ms &&
        collector.codes_settle >= collector.lookback) {
      warnings.add(place_of(draft.settle_at, name),
                   fmt::format("{}.collectors.{}.codes_settle", draft.path, name),
                   fmt::format("{} is not below the lookback of {}; no codes would be counted",
                               format_duration(collector.codes_settle),
                               format_duration(collector.lookback)));
    }
  }
}

// POSIX counts to the west, which nobody expects who reads the name.
void warn_about_zone(const operation_draft& draft, problem_log& warnings) {
  constexpr std::string_view ahead = "Etc/GMT-";
  const std::string_view zone = draft.value.timezone;
  if (zone.starts_with(ahead) && zone != "Etc/GMT-0") {
    const auto hours = zone.substr(ahead.size());
    warnings.add(
        draft.timezone_at, draft.path + ".timezone",
        fmt::format("{} is {} h ahead of UTC: signs are reversed in these names; UTC-{} is "
                    "Etc/GMT+{}, or better the IANA name of the place",
                    zone, hours, hours, hours));
  }
}

}  // namespace

double requests_per_day(const operation& settings) {
  double total = 0;
  for (const auto& [name, collector] : settings.collectors) {
    if (collector.enabled) {
      total += find_collector(name)->requests_per_poll * (day{1} / collector.interval);
    }
  }
  return total;
}

void warn(const operation_draft& draft, problem_log& warnings) {
  warn_about_budget(draft, warnings);
  warn_about_codes(draft, warnings);
  warn_about_zone(draft, warnings);
}

}  // namespace wolkvox::config
