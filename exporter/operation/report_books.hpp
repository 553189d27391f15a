// What the reports of an operation have counted: settles answers in the ledger, shows what they add
// up to, forgets what no window reaches any more. One call at a time for each collector; failures
// of the ledger are values, counted and told where they occur. Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <memory>

#include "exporter/operation/collector_state.hpp"
#include "exporter/operation/ledger_access.hpp"
#include "exporter/operation/poll_problem.hpp"
#include "exporter/operation/roster.hpp"
#include "metrics/next_pages.hpp"

namespace wolkvox::operation {

class report_books {
 public:
  // All outlive it, and every collector a call that names it.
  report_books(const basis& on, ledger_access& ledger, roster& names)
      : on_(on), ledger_(ledger), names_(names) {}

  // Takes up what the ledger has counted. `is_another_zone`: its windows were cut in one.
  void restore(collector_state& of, const metrics::collector_state& counted, bool is_another_zone);
  // Counts what an answer tells, all of it or nothing, and shows it. `platform_now`: as the answer
  // was asked for.
  boost::asio::awaitable<std::expected<metrics::settled, poll_problem>> settle(
      collector_state& of, collectors::outcome& told, const poll::settlement_terms& terms,
      sys_seconds platform_now);
  // Shows what accumulates as it stands; of.shows_next says when more may be shown.
  boost::asio::awaitable<void> show(collector_state& of);
  // What is printed once is not seen growing: it shows the values themselves. The ledger is not
  // told, so that a serving exporter starts the same series at 0.
  boost::asio::awaitable<void> show_all(collector_state& of);
  boost::asio::awaitable<void> forget_rows(collector_state& of, sys_seconds platform_now);

 private:
  metrics::book_owner owner_of(const collector_state& of) const {
    return {.operation = on_.name(), .collector = of.name()};
  }

  const basis& on_;
  ledger_access& ledger_;
  roster& names_;
};

}  // namespace wolkvox::operation
