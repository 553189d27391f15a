// The increments, by round-to-nearest arithmetic on doubles.
#include "metrics/exposition/exact_raise.hpp"

#include <cmath>

namespace wolkvox::metrics {

raise_steps steps_between(double held, double wanted) {
  auto first = wanted - held;
  while (held + first > wanted) {  // at most twice: `first` is then more than half of `wanted`
    first = std::nextafter(first, 0.0);
  }
  return {.first = first, .second = wanted - (held + first)};
}

void raise(prometheus::Counter& counter, double held, double wanted) {
  const auto [first, second] = steps_between(held, wanted);
  counter.Increment(first);
  if (second > 0) {
    counter.Increment(second);
  }
}

void raise(prometheus::Histogram& histogram, const std::vector<std::uint64_t>& observations,
           double held_sum, double wanted_sum) {
  const auto [first, second] = steps_between(held_sum, wanted_sum);
  std::vector<double> counts;
  counts.reserve(observations.size());
  for (const auto each : observations) {
    counts.push_back(static_cast<double>(each));
  }
  histogram.ObserveMultiple(counts, first);
  if (second > 0) {
    histogram.ObserveMultiple(std::vector<double>(counts.size(), 0.0), second);
  }
}

}  // namespace wolkvox::metrics
