// Judges a collector by its clock.
#include "exporter/web/collector_health.hpp"

#include <algorithm>

namespace wolkvox::web {
namespace {

// Longer than two intervals, so that one slow poll is not late; the last poll took its own time
// besides.
bool is_late(const collector_status& collector, sys_seconds now) {
  if (!collector.last_success || collector.interval.count() <= 0) {
    return false;
  }
  const auto allowed = 2 * collector.interval + collector.duration;
  return now - *collector.last_success > std::chrono::ceil<std::chrono::seconds>(allowed);
}

}  // namespace

health assess(const collector_status& collector, sys_seconds now) {
  if (!collector.enabled) {
    return health::off;
  }
  if (!collector.tried) {
    return health::waiting;
  }
  if (!collector.up) {
    return health::failing;
  }
  if (!collector.suspicion.empty()) {
    return health::suspect;
  }
  if (is_late(collector, now)) {
    return health::late;
  }
  return collector.catching_up.empty() ? health::ok : health::catching_up;
}

std::string_view name_of(health state) {
  switch (state) {
    case health::off:
      return "off";
    case health::ok:
      return "ok";
    case health::waiting:
      return "waiting";
    case health::catching_up:
      return "catching up";
    case health::late:
      return "late";
    case health::suspect:
      return "suspect";
    case health::failing:
      return "failing";
  }
  return "unknown";
}

std::optional<std::chrono::seconds> delay_of(const collector_status& collector, sys_seconds now) {
  const auto settled = collector.window_end ? collector.window_end : collector.last_success;
  const auto until = collector.newest_row ? collector.newest_row : settled;
  if (!until) {
    return std::nullopt;
  }
  return std::max(now - *until, std::chrono::seconds{0});
}

}  // namespace wolkvox::web
