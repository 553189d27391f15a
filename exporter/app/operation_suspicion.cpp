// Whether what the reports of an operation say of time can be right: heard from rows and from live
// counters, told once (exporter/poll/suspicion.hpp decides).
#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "exporter/app/operation_machine.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;

namespace {

poll::row_dates judged(const collectors::dates_told& told) {
  return {.newest = told.newest,
          .ahead = told.ahead,
          .mostly_ahead = told.dated_ahead * 2 > told.dated,
          .stamped = told.stamped,
          .least_after = told.least_after,
          .most_after = told.most_after};
}

// "UTC-05:00"
std::string utc_text(std::chrono::seconds offset) {
  const auto minutes = std::chrono::round<std::chrono::minutes>(std::chrono::abs(offset)).count();
  return fmt::format("UTC{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', minutes / 60,
                     minutes % 60);
}

}  // namespace

std::string suspicion_in_words(const poll::date_watch& watch) {
  std::string text{poll::to_text(watch.found)};
  if (watch.found != poll::suspicion::none && watch.looks_like) {
    text += fmt::format("; the platform's dates look like {}", utc_text(*watch.looks_like));
  }
  return text;
}

void operation::machine::hear_rows(collector_state& collector, const collectors::outcome& outcome) {
  if (collector.definition->kind != collectors::report_kind::window) {
    return;
  }
  const auto before = collector.dates.found;
  poll::heard_rows(collector.dates, judged(outcome.dates), platform_now(), collector.clock.interval,
                   *zone_);
  if (collector.dates.newest) {
    collector.metrics.newest_row(*collector.dates.newest);
  }
  tell_suspicion(collector, before);
}

void operation::machine::hear_live(const collectors::outcome& outcome) {
  for (collector_state& collector : collectors_) {
    const auto listed = collector.definition->listed_live;
    const auto total = listed ? outcome.live_totals.find(*listed) : outcome.live_totals.end();
    if (total != outcome.live_totals.end()) {
      poll::heard_live(collector.dates, total->second, platform_now());
    }
  }
}

// Only after a poll that succeeded: a report that fails brings nothing for another reason.
asio::awaitable<void> operation::machine::look_for_absence(collector_state& collector) {
  if (!collector.definition->listed_live) {
    co_return;
  }
  const auto before = collector.dates.found;
  poll::look_for_absence(collector.dates, platform_now());
  if (poll::wants_probe(collector.dates, platform_now())) {
    const auto window = poll::probe_window(platform_now(), *zone_);
    const auto reading =
        co_await read(collector, make_context(collector, window), api::urgency::report);
    poll::heard_probe(collector.dates,
                      reading ? judged(reading->outcome->dates) : poll::row_dates{}, platform_now(),
                      *zone_);
  }
  tell_suspicion(collector, before);
}

void operation::machine::tell_suspicion(collector_state& collector, poll::suspicion before) {
  const bool is_suspect = collector.dates.found != poll::suspicion::none;
  collector.metrics.suspect(is_suspect);
  if (collector.dates.found == before) {
    return;
  }
  const std::string name{collector.definition->name};
  if (!is_suspect) {
    log(log_level::info, "dates, zone and clock agree again",
        {{"operation", settings_->name}, {"collector", name}});
    return;
  }
  const auto skew = clock_.skew(wall_now(), std::chrono::steady_clock::now());
  log(log_level::warn, "dates, zone and clock contradict each other; check timezone",
      {{"operation", settings_->name},
       {"collector", name},
       {"why", suspicion_in_words(collector.dates)},
       {"timezone", settings_->timezone},
       {"platform_clock_minus_ours",
        skew ? fmt::format("{}s", skew->count()) : std::string{"unknown"}}});
}

}  // namespace wolkvox::app
