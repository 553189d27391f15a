// What an operation takes up from the ledger, at its start and when a reload begins a collector.
#include <boost/asio/use_awaitable.hpp>

#include "exporter/app/operation_machine.hpp"
#include "exporter/poll/windows.hpp"
#include "exporter/threads/offload.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;

namespace {

bool has_windows(const metrics::operation_state& state) {
  return std::ranges::any_of(state.collectors,
                             [](const auto& each) { return !each.second.covered.empty(); });
}

}  // namespace

asio::awaitable<void> operation::machine::restore(remembered known) {
  around_.self->counter(metrics::family_id::ledger_errors_total, {});  // at 0 from the start
  begin_day_if_new();
  note_ledger(nullptr);
  metrics::operation_state& state = known.state;
  zone_kept_ = state.zone == settings_->timezone;
  // No zone at all: the process that cut the windows ended before each report was asked in its
  // zone.
  const bool zone_changed = !zone_kept_ && has_windows(state);
  if (zone_changed && !state.zone.empty()) {
    log(log_level::info, "the zone was changed; the last day is read again in the new one",
        {{"operation", settings_->name}, {"from", state.zone}, {"to", settings_->timezone}});
    co_await keep_zone("");  // until every window is cut in the new one
  }
  names_ = std::make_shared<const metrics::name_directory>(std::move(state.names));
  for (collector_state& collector : collectors_) {
    co_await take_up(collector, known, zone_changed);
    spent_since_quota_ += static_cast<std::int64_t>(collector.requests_today);
  }
}

asio::awaitable<void> operation::machine::take_up(collector_state& collector,
                                                  const remembered& known, bool zone_changed) {
  const auto spent = known.spending.find(collector.definition->name);
  const bool is_of_today = known.day == day_ && spent != known.spending.end();
  collector.requests_today = is_of_today ? spent->second : 0;
  collector.metrics.spent(collector.requests_today);
  if (!collector.book) {
    co_return;
  }
  const auto counted = known.state.collectors.find(collector.definition->name);
  if (counted != known.state.collectors.end()) {
    collector.memory.covered =
        zone_changed ? poll::after_zone_change(counted->second.covered, counted->second.horizon)
                     : counted->second.covered;
    collector.memory.horizon = counted->second.horizon;
    // What labels show is known, although the answer that told it may not have been kept.
    auto names = std::make_shared<metrics::name_directory>(*names_);
    names->learn_missing(counted->second.names);
    names_ = std::move(names);
    const std::uint64_t dropped =
        collector.book->restore(counted->second.series, counted->second.names);
    note_dropped(collector, dropped);
  }
  co_await publish_book(collector);
}

}  // namespace wolkvox::app
