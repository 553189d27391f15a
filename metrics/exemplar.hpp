// Exemplars: single observations that stand beside a histogram's buckets and name the call they are
// of, so that a person finds the call behind a bar. Kept in memory only, the ledger never has them.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/quantity.hpp"

namespace wolkvox::metrics {

struct exemplar {
  // The name of its only label. The value is the platform's opaque id of the call.
  static constexpr std::string_view label = "conn_id";

  std::string conn_id;
  quantity amount;
  std::chrono::sys_seconds at{};
  friend bool operator==(const exemplar&, const exemplar&) = default;
};

// Not empty, UTF-8, and not longer than what OpenMetrics 1.0 lets an exemplar's labels hold: 128
// characters with names. A longer id is no exemplar: half of one leads nowhere.
bool is_fit_for_exemplar(std::string_view conn_id);

// `kept` has at most one for each bucket, in ascending order: the one with the latest date, of
// several the first, so that Prometheus is never shown one that is older than the last it took.
void keep_latest(std::vector<exemplar>& kept, std::span<const double> bounds,
                 const exemplar& offered);

}  // namespace wolkvox::metrics
