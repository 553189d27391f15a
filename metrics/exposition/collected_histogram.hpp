// A histogram that prometheus-cpp has collected, in the form that sinks take.
#pragma once

#include <prometheus/client_metric.h>

#include <cstdint>
#include <vector>

#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

class collected_histogram {
 public:
  explicit collected_histogram(const prometheus::ClientMetric::Histogram& collected);
  histogram_value value() const {
    return {.bounds = bounds_, .cumulative = cumulative_, .sum = sum_};
  }

 private:
  std::vector<double> bounds_;
  std::vector<std::uint64_t> cumulative_;
  double sum_;
};

}  // namespace wolkvox::metrics
