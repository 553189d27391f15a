#include "exporter/operation/settling.hpp"

#include <utility>

#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/poll/windows.hpp"

namespace wolkvox::operation {

poll::report_settings settings_of(const collectors::definition& what,
                                  const config::collector_settings& how, sys_seconds wall) {
  poll::report_settings settings;
  settings.wall = wall;
  settings.how =
      what.kind == collectors::report_kind::day ? poll::rhythm::days : poll::rhythm::windows;
  settings.lookback = std::chrono::ceil<std::chrono::seconds>(how.lookback);
  settings.settling = collectors::longest_settling;
  return settings;
}

metrics::settlement settlement_of(collectors::outcome& told, const poll::settlement_terms& terms,
                                  const metrics::book_owner& whose, const date::time_zone& zone,
                                  moment now) {
  metrics::settlement window;
  window.operation = whose.operation;
  window.collector = whose.collector;
  window.series = std::move(told.series);
  window.contributions = std::move(told.contributions);
  window.rows = std::move(told.counted);
  window.covered = terms.covered;
  if (terms.is_whole) {
    window.read = poll::in_local_time(terms.read, zone);
  }
  window.late_before = terms.late_before;
  window.now = now.wall;
  window.seen = now.platform;
  return window;
}

}  // namespace wolkvox::operation
