// Conversion.
#include "metrics/exposition/collected_histogram.hpp"

#include <cmath>

namespace wolkvox::metrics {

collected_histogram::collected_histogram(const prometheus::ClientMetric::Histogram& collected)
    : sum_(collected.sample_sum) {
  for (const auto& bucket : collected.bucket) {
    cumulative_.push_back(bucket.cumulative_count);
    if (!std::isinf(bucket.upper_bound)) {
      bounds_.push_back(bucket.upper_bound);
    }
  }
}

}  // namespace wolkvox::metrics
