// The requests of an operation: which may be sent now, what they cost, how far apart they are. Puts
// lane and budget together for all collectors. Event-loop thread.
#pragma once

#include <cstdint>
#include <optional>

#include "exporter/operation/collector_list.hpp"
#include "exporter/operation/lane_state.hpp"
#include "exporter/operation/platform.hpp"
#include "exporter/operation/request_budget.hpp"

namespace wolkvox::operation {

class request_flow {
 public:
  // All that it works with outlives it.
  struct parts {
    const basis& on;
    const platform& asked;
    const lane_state& lane;
    request_budget& budget;
    collector_list& collectors;
  };
  explicit request_flow(const parts& with) : with_(with) {}

  // For the client: why a request whose turn has come is not sent.
  std::optional<api::error> gate(const api::report_query& query) const;
  // For the client: counted and told, in a line with a number, so that a failure's line leads to
  // it.
  void exchanged(const api::exchange_report& exchange);

  // When a lane that is closed for this collector opens again; nothing while it is open.
  std::optional<steady_time> opens_for(const collector_state& of, steady_time now) const;
  // Before anything is counted or decided.
  void begin_day_if_new();
  // Sets every collector's interval in force.
  void stretch_intervals();

 private:
  parts with_;
  std::uint64_t told_ = 0;
};

}  // namespace wolkvox::operation
