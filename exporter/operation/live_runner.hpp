// One poll of a live report: asks, reads, encodes on the pool, publishes whole. What it teaches the
// operation goes where it belongs: names to the roster, the quota to the budget. Failures are
// values; then nothing is published. Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <map>
#include <set>
#include <string>

#include "exporter/operation/bookkeeper.hpp"
#include "exporter/operation/platform.hpp"

namespace wolkvox::operation {

// Sums of live counters that reports list one by one (outcome::live_totals).
using live_totals = std::map<metrics::family_id, double>;

class live_runner {
 public:
  // All that it works with outlives it.
  struct parts {
    const basis& on;
    platform& asked;
    roster& names;
    request_budget& budget;
    bookkeeper& kept;
  };
  explicit live_runner(const parts& with) : with_(with) {}

  // The collector outlives it.
  boost::asio::awaitable<std::expected<live_totals, poll_problem>> poll(collector_state& of);

 private:
  boost::asio::awaitable<void> publish_table(collector_state& of,
                                             std::shared_ptr<collectors::outcome> told);

  parts with_;
  std::set<std::string, std::less<>> statuses_seen_;  // poll_context's
};

}  // namespace wolkvox::operation
