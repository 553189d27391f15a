// What the program knows of one collector of one operation between polls. Event-loop thread, but
// for `book`, which lives on the ledger's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "exporter/app/collector_metrics.hpp"
#include "exporter/app/failure_news.hpp"
#include "exporter/collectors/collector.hpp"
#include "exporter/poll/report_poll.hpp"
#include "exporter/poll/schedule.hpp"
#include "exporter/poll/suspicion.hpp"
#include "exporter/threads/task_group.hpp"
#include "metrics/accumulated.hpp"

namespace wolkvox::app {

struct collector_state {
  // `failed` as task_group's.
  collector_state(boost::asio::any_io_executor loop, const collectors::definition& what,
                  config::collector_settings how, collector_metrics shown,
                  std::function<void(const std::string&)> failed)
      : definition(&what),
        settings(std::move(how)),
        metrics(std::move(shown)),
        stale(loop),
        due(loop),
        polls(loop, std::move(failed)) {}

  const collectors::definition* definition;
  config::collector_settings settings;
  collector_metrics metrics;

  poll::clock_state clock;
  std::optional<std::chrono::sys_seconds> last_attempt, last_success;
  std::chrono::milliseconds last_duration{};
  bool tried = false;
  bool up = false;
  collector_failure failing;
  std::uint64_t last_request = 0;  // its number in the log
  std::string last_error;
  bool limit_told = false;  // that series are left out
  bool loss_told = false;   // that rows were passed over
  poll::date_watch dates;   // window reports

  // Ledger reports: what is counted, and what accumulates from it.
  poll::report_memory memory;
  std::unique_ptr<metrics::accumulated> book;
  std::optional<std::chrono::steady_clock::time_point> shows_next;  // what waits to be shown
  // Requests sent and not yet written to the ledger, and those of the whole platform day.
  std::uint64_t unkept_requests = 0;
  std::uint64_t requests_today = 0;

  // Live reports: withdraws the pages when too many polls were missed.
  boost::asio::steady_timer stale;
  boost::asio::steady_timer due;
  threads::task_group polls;
};

}  // namespace wolkvox::app
