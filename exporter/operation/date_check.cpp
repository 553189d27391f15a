#include "exporter/operation/date_check.hpp"

#include <fmt/format.h>

namespace wolkvox::operation {

namespace asio = boost::asio;
using logging::log_level;

namespace {

poll::row_dates judged(const collectors::dates_told& told) {
  return {.newest = told.newest,
          .ahead = told.ahead,
          .mostly_ahead = told.dated_ahead * 2 > told.dated,
          .stamped = told.stamped,
          .least_after = told.least_after,
          .most_after = told.most_after};
}

}  // namespace

void date_check::heard_rows(collector_state& of, const collectors::outcome& told) {
  if (of.definition->kind != collectors::report_kind::window) {
    return;
  }
  const auto before = of.dates.found;
  poll::heard_rows(of.dates, judged(told.dates), asked_.now(), of.clock.interval, *on_.zone);
  if (of.dates.newest) {
    of.metrics.newest_row(*of.dates.newest);
  }
  tell(of, before);
}

asio::awaitable<void> date_check::look_for_absence(collector_state& of, const roster& names) {
  if (!of.definition->listed_live) {
    co_return;
  }
  const auto before = of.dates.found;
  poll::look_for_absence(of.dates, asked_.now());
  if (poll::wants_probe(of.dates, asked_.now())) {
    const auto window = poll::probe_window(asked_.now(), *on_.zone);
    const auto reading =
        co_await asked_.ask(of, asked_.context(of, names, window), api::urgency::report);
    poll::heard_probe(of.dates, reading ? judged(reading->outcome->dates) : poll::row_dates{},
                      asked_.now(), *on_.zone);
  }
  tell(of, before);
}

void date_check::tell(collector_state& of, poll::suspicion before) {
  const bool is_suspect = of.dates.found != poll::suspicion::none;
  of.metrics.suspect(is_suspect);
  if (of.dates.found == before) {
    return;
  }
  if (!is_suspect) {
    of.log(log_level::info, "dates, zone and clock agree again");
    return;
  }
  const auto skew = asked_.skew();
  of.log(log_level::warn, "dates, zone and clock contradict each other; check timezone",
         {{"why", poll::in_words(of.dates)},
          {"timezone", on_.settings->timezone},
          {"platform_clock_minus_ours",
           skew ? fmt::format("{}s", skew->count()) : std::string{"unknown"}}});
}

}  // namespace wolkvox::operation
