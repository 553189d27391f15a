// One operation at work: starts, changes, ends, and tells how it stands. Owns its parts; each of
// them has a header of its own. What goes wrong in its polls is counted and told by them; nothing
// here fails. Event-loop thread; rows are read on the pool, the ledger and what accumulates live on
// the ledger's thread. Made by std::make_shared: its coroutines keep it until they have ended.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "exporter/operation/poller.hpp"
#include "exporter/operation/remembered.hpp"
#include "exporter/operation/status.hpp"

namespace wolkvox::operation {

class operation : public std::enable_shared_from_this<operation> {
 public:
  operation(surroundings around, std::shared_ptr<const config::operation> settings);

  // Takes up what the ledger holds and shows it at once. Before start() or run_once().
  boost::asio::awaitable<void> restore(remembered known);
  // Polls until end().
  void start();
  // Every collector once, in order of urgency.
  boost::asio::awaitable<void> run_once();

  // Every enabled collector has had a success, or its first failure was reported.
  bool ready() const;
  operation_status status() const;
  // The configuration was read again: a token that was refused is tried again.
  void probe_now() { poller_.probe_now(); }
  // The platform's time, as far as it was heard.
  sys_seconds platform_now() const { return platform_.now(); }

  // Whether only settings of single collectors differ: then change() does, and nothing is begun
  // anew but what differs.
  bool can_change_to(const config::operation& settings) const;
  // Ends, begins and replaces the collectors whose settings differ; the others go on with their
  // clocks, counters and budget. Held until then.
  boost::asio::awaitable<void> change(std::shared_ptr<const config::operation> settings,
                                      remembered known);
  // Writes down what is known, then leaves the ledger alone, so that what is read of it is true
  // until the operation is changed or ended; or, where it could not be read, released.
  boost::asio::awaitable<void> hold();
  void release() { ledger_.release(); }

  // Cuts polls, timers and connections; ended() waits for it and writes down what was spent. True
  // when every poll ended before `until`.
  void end();
  boost::asio::awaitable<bool> ended(steady_time until);

 private:
  void connect();
  collector_state& add(const collectors::definition& what);
  boost::asio::awaitable<void> take_up(collector_state& of, const metrics::operation_state& kept,
                                       bool is_another_zone);
  boost::asio::awaitable<void> housekeep_for_ever();
  boost::asio::awaitable<void> keep_asked_zone();

  basis on_;
  lane_state lane_;
  request_budget budget_;
  roster names_;
  ledger_access ledger_;
  platform platform_;
  bookkeeper kept_;
  report_books books_;
  collector_list collectors_;
  request_flow requests_;
  poller poller_;
  threads::task_group chores_;
  bool is_taken_over_ = false;  // by another operation of the name, which has read what is kept
};

}  // namespace wolkvox::operation
