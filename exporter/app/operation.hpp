// One operation at work: its collectors' clocks, its lane to the API, what was counted and what is
// shown. Owns every decision's state; the decisions themselves are pure functions of exporter/poll.
// Event-loop thread only; rows are read on the pool, the ledger and what accumulates live on the
// ledger's thread.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "config/config.hpp"
#include "exporter/app/remembered.hpp"
#include "exporter/web/site.hpp"
#include "metrics/accumulated.hpp"
#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/self_metrics.hpp"
#include "metrics/ledger/ledger.hpp"

namespace wolkvox::api {
class lane_registry;
}

namespace wolkvox::app {

// What the operations of a program share. All outlive them.
struct surroundings {
  boost::asio::any_io_executor loop;
  boost::asio::any_io_executor pool;           // decoding and encoding
  boost::asio::any_io_executor ledger_thread;  // one thread: the ledger and what accumulates
  metrics::ledger* ledger = nullptr;           // touched on ledger_thread only
  metrics::page_store* pages = nullptr;
  metrics::self_metrics* self = nullptr;
  api::lane_registry* lanes = nullptr;
  metrics::created_samples created = metrics::created_samples::left_out;  // in OpenMetrics
  std::array<std::uint8_t, 32> hash_key{};
  std::chrono::milliseconds first_showing = metrics::accumulated::first_showing;
};

class operation {
 public:
  operation(surroundings around, std::shared_ptr<const config::operation> settings);
  ~operation();
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;

  // Takes up what the ledger holds and shows it at once. Before start() or run_once().
  boost::asio::awaitable<void> restore(remembered known);
  // Polls until end().
  void start();
  // Every collector once, in order of urgency.
  boost::asio::awaitable<void> run_once();

  // Every enabled collector has had a success, or its first failure was reported.
  bool ready() const;
  web::operation_status status() const;
  // The configuration was read again: a token that was refused is tried again.
  void probe_now();

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
  void release();

  // The platform's time, as far as it was heard.
  std::chrono::sys_seconds platform_now() const;

  // Cuts polls, timers and connections; ended() waits for it and writes down what was spent. True
  // when every poll ended before `until`.
  void end();
  boost::asio::awaitable<bool> ended(std::chrono::steady_clock::time_point until);

 private:
  class machine;
  std::shared_ptr<machine> machine_;
};

}  // namespace wolkvox::app
