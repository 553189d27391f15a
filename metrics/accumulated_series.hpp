// One accumulated series: what the ledger holds, and the prometheus-cpp metric with what pages show
// of it. The metric only ever grows, and shows exactly quantity::value() of the amount it was last
// raised to.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

#include "metrics/exposition/sink.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/quantity.hpp"

namespace wolkvox::metrics {

class accumulated_series {
 public:
  // Makes the metric, at the state's base, in `registry`, which outlives the series.
  accumulated_series(prometheus::Registry& registry, const series_state& state);

  // Takes the ledger's state. Throws std::logic_error when it fell. Other bounds (a new
  // configuration) start the exposed histogram anew.
  void hold(prometheus::Registry& registry, const series_state& state);
  // The ledger holds more than pages show.
  bool is_ahead() const { return held_ != exposed_; }
  // Takes the metric out of the registry; nothing else may be done then.
  void leave(prometheus::Registry& registry);
  // Raises the metric to what is held.
  void expose();
  const shown_amount& exposed() const { return exposed_; }
  // To Prometheus it is a new series from now on, and one that begins above 0: by the time that it
  // has counted since, readers would take all of it for growth.
  void conceal_start() { started_ = {}; }
  void write(label_block shared, label_block own, sink& out) const;

 private:
  struct amount : shown_amount {
    std::vector<exemplar> exemplars;  // the latest of each bucket
    friend bool operator==(const amount&, const amount&) = default;
  };

  std::variant<prometheus::Counter*, prometheus::Histogram*> metric_;
  family_id family_;
  std::vector<double> bounds_;
  std::chrono::sys_seconds started_;
  amount held_;
  amount exposed_;
};

}  // namespace wolkvox::metrics
