// prometheus-cpp's counters and sums know only "add", and adding doubles drifts in the last digit.
// These raise one to exactly the double that is wanted: the nearest to the ledger's exact total.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <cstdint>
#include <vector>

namespace wolkvox::metrics {

// Two steps that take `held` to exactly `wanted` (0 <= held <= wanted, both finite) when added one
// after the other. The first never passes `wanted` and at least halves the distance from 0, so the
// second is exact (Sterbenz).
struct raise_steps {
  double first;
  double second;
};
raise_steps steps_between(double held, double wanted);

void raise(prometheus::Counter& counter, double held, double wanted);
// `observations` per bucket, +Inf last, are added.
void raise(prometheus::Histogram& histogram, const std::vector<std::uint64_t>& observations,
           double held_sum, double wanted_sum);

}  // namespace wolkvox::metrics
