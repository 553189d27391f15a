#include "exporter/operation/status.hpp"

#include <algorithm>

#include "exporter/operation/operation.hpp"
#include "exporter/poll/windows.hpp"

namespace wolkvox::operation {

namespace {

collector_status status_of(const collector_state& of, const basis& on) {
  collector_status told;
  told.name = of.name();
  told.up = of.up;
  told.tried = of.tried;
  told.last_attempt = of.last_attempt;
  told.last_success = of.last_success;
  const auto now = on.now();
  told.next_poll =
      on.wall() + std::chrono::round<std::chrono::seconds>(std::max(of.clock.next, now) - now);
  if (!of.memory.covered.empty()) {
    told.window_end = of.memory.covered.back().end;
  }
  told.interval = of.clock.interval;
  told.duration = of.last_duration;
  told.last_error = of.last_error;
  told.newest_row = of.dates.newest;
  told.suspicion = poll::in_words(of.dates);
  // A day report's yesterday is read on for hours until it stands still: nothing to worry about.
  const std::chrono::hours usual{of.definition->kind == collectors::report_kind::day ? 24 : 0};
  const auto left = poll::gaps_left(of.memory.covered);
  told.history_to_read = left > usual ? left : std::chrono::seconds{0};
  return told;
}

}  // namespace

operation_status operation::status() const {
  operation_status told;
  told.name = on_.name();
  told.server = on_.settings->base.host;
  told.timezone = on_.settings->timezone;
  if (const auto left = budget_.left()) {
    told.budget_remaining = left->spendable;
  }
  if (const auto& quota = budget_.quota()) {
    told.quota_limit = quota->limit;
    told.quota_used = quota->used;
  }
  for (const collector_state& each : collectors_) {
    told.collectors.push_back(status_of(each, on_));
  }
  return told;
}

}  // namespace wolkvox::operation
