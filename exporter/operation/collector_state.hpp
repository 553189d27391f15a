// What the program knows of one collector of one operation between polls. Event-loop thread, but
// for `book`, which lives on the ledger's thread. Its address is stable.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "exporter/collectors/collector.hpp"
#include "exporter/operation/collector_metrics.hpp"
#include "exporter/operation/surroundings.hpp"
#include "exporter/poll/report_poll.hpp"
#include "exporter/poll/schedule.hpp"
#include "exporter/poll/suspicion.hpp"
#include "exporter/threads/task_group.hpp"
#include "metrics/accumulated.hpp"

namespace wolkvox::operation {

struct collector_state {
  // Due at once. `on` outlives it.
  collector_state(const basis& on, const collectors::definition& what,
                  config::collector_settings how);

  std::string name() const { return std::string{definition->name}; }
  bool is_live() const { return definition->kind == collectors::report_kind::live; }
  // Ends a wait that would be longer.
  void poll_at_latest(steady_time when);
  // Rows that were passed over since no JSON could be made of them.
  void note_lost(std::uint64_t rows);
  // Series that were left out.
  void note_dropped(std::uint64_t series, std::uint64_t limit);
  // What people were told of the one that it replaces stays true.
  void inherit(const collector_state& predecessor);

  const collectors::definition* definition;
  config::collector_settings settings;
  collector_metrics metrics;
  logging::logger log;

  poll::clock_state clock;
  std::optional<sys_seconds> last_attempt, last_success;
  std::chrono::milliseconds last_duration{};
  bool tried = false;
  bool up = false;
  std::uint64_t last_request = 0;  // its number in the log
  std::string last_error;
  bool limit_told = false;
  bool loss_told = false;
  poll::date_watch dates;  // window reports

  // Ledger reports: what is counted, and what accumulates from it.
  poll::report_memory memory;
  std::unique_ptr<metrics::accumulated> book;
  std::optional<steady_time> shows_next;  // what waits to be shown

  // Live reports: withdraws the pages when too many polls were missed.
  boost::asio::steady_timer stale;
  boost::asio::steady_timer due;
  threads::task_group polls;
};

}  // namespace wolkvox::operation
