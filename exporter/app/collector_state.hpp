// What the program knows of one collector of one operation between polls. Event-loop thread, but
// for `book`, which lives on the ledger's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "exporter/app/collector_metrics.hpp"
#include "exporter/collectors/collector.hpp"
#include "exporter/poll/day_reports.hpp"
#include "exporter/poll/interval.hpp"
#include "exporter/poll/schedule.hpp"
#include "metrics/accumulated.hpp"

namespace wolkvox::app {

struct collector_state {
  collector_state(boost::asio::any_io_executor loop, const collectors::definition& what,
                  config::collector_settings how, collector_metrics shown)
      : definition(&what),
        settings(std::move(how)),
        metrics(std::move(shown)),
        stale(loop),
        due(loop) {}

  const collectors::definition* definition;
  config::collector_settings settings;
  collector_metrics metrics;

  poll::clock_state clock;
  std::optional<std::chrono::sys_seconds> last_attempt, last_success;
  std::chrono::milliseconds last_duration{};
  bool tried = false;
  bool up = false;
  std::string failing;  // the reason that was logged; "" while all is well
  std::string last_error;

  // Ledger reports: what is counted, and what accumulates from it.
  std::vector<poll::interval> covered;
  // Day reports: the last reading of each day that is over but not finished, by its midnight.
  std::map<std::chrono::sys_seconds, std::optional<poll::day_reading>> past_days;
  std::unique_ptr<metrics::accumulated> book;

  // Live reports: withdraws the pages when too many polls were missed.
  boost::asio::steady_timer stale;
  boost::asio::steady_timer due;
};

}  // namespace wolkvox::app
