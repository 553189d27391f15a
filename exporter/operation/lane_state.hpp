// The lane of an operation as its collectors share it: closed after a refusal of the token until a
// probe, and what was said of their failures, so that one trouble is one line. Times are of the
// steady clock. Errors come in as poll_problem; nothing here fails. Event-loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/api/error.hpp"
#include "exporter/logging/logger.hpp"
#include "exporter/operation/poll_problem.hpp"
#include "exporter/poll/failure_news.hpp"
#include "exporter/poll/lane_pause.hpp"

namespace wolkvox::operation {

using poll::steady_time;

class lane_state {
 public:
  explicit lane_state(logging::logger of_operation) : log_(std::move(of_operation)) {}

  // Who asks in it. What was said of a collector that a reload replaces stays said.
  void enlist(std::string_view collector);
  void discharge(std::string_view collector);

  // While it is closed nothing is sent; the first request after that is the probe.
  bool is_closed(steady_time now) const { return poll::is_closed(pause_, now); }
  // Nothing while it is open.
  std::optional<steady_time> opens(steady_time now) const;
  // What closed it last.
  const poll_problem& closed_by() const { return closed_by_; }
  // What a request is told whose turn comes meanwhile.
  std::optional<api::error> gate(steady_time now) const;
  // A token was refused: another may be there now.
  bool waits_for_token() const { return pause_.reason == poll::refusal::auth; }
  // The configuration was read again, or the token is another: a refused one is tried at once. True
  // where it was closed and is open now.
  bool reopen(steady_time now);

  // One word for the whole lane; every collector of it waits for the same probe. Heard once a
  // pause: who was refused meanwhile had asked before.
  void refused(const poll_problem& why, steady_time now);
  // A failure that a closed lane has told.
  void failed_when_closed(std::string_view collector, std::string_view reason);
  // `request`: the last one's number in the log.
  void failed(std::string_view collector, const poll_problem& why, std::uint64_t request,
              std::chrono::nanoseconds retry_in);
  // A poll that `begun` then.
  void succeeded(std::string_view collector, steady_time begun);
  // Of the collector's last poll; "" while all is well.
  std::string reason_of(std::string_view collector) const;

 private:
  logging::logger log_;
  poll::lane_pause pause_;
  poll_problem closed_by_;
  poll::lane_failure failures_;
};

}  // namespace wolkvox::operation
