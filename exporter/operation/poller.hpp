// The clocks of an operation: each collector polls on its own grid, failures back off, a refusal of
// the token slows every collector of the lane down. Decisions are exporter/poll's, lane_state's and
// request_flow's; here they become timers. Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <random>

#include "exporter/operation/collector_list.hpp"
#include "exporter/operation/lane_state.hpp"
#include "exporter/operation/live_runner.hpp"
#include "exporter/operation/report_runner.hpp"
#include "exporter/operation/request_flow.hpp"

namespace wolkvox::operation {

class poller {
 public:
  // All that it works with outlives it.
  struct parts {
    const basis& on;
    platform& asked;
    lane_state& lane;
    roster& names;
    request_budget& budget;
    request_flow& requests;
    collector_list& collectors;
    report_books& books;
    bookkeeper& kept;
  };
  explicit poller(const parts& with);

  // Every collector polls by itself until it is cut; coroutines and timers keep `owner` alive,
  // which holds all this.
  void start(const std::shared_ptr<const void>& owner);
  // One that was added since.
  void begin(collector_state& of);
  // One poll now, with all that follows from how it ends.
  boost::asio::awaitable<void> poll_once(collector_state& of);
  // A token that was refused is tried again.
  void probe_now();
  // Who waits for the roster looks whether it is still asked for.
  void ring_for_names() { names_bell_.cancel(); }
  // Withdraws a live collector's pages when too many of its polls were missed from now on.
  void watch_staleness(collector_state& of);

 private:
  boost::asio::awaitable<void> poll_for_ever(collector_state& of,
                                             std::shared_ptr<const void> owner);
  boost::asio::awaitable<poll_result> poll(collector_state& of);
  const collector_state* missing_roster(const collector_state& of) const;
  bool roster_is_polled() const;
  boost::asio::awaitable<bool> read_roster();
  void succeeded(collector_state& of, steady_time begun);
  void failed(collector_state& of, const poll_problem& why);

  parts with_;
  report_runner reports_;
  live_runner live_;
  std::weak_ptr<const void> owner_;
  boost::asio::steady_timer names_bell_;  // never expires: rung when the roster was asked
  std::mt19937_64 random_;
};

}  // namespace wolkvox::operation
