// prometheus-cpp's collected families into a sink: labels in the order of our table, series in a
// stable order. What the table of families does not know is refused: a bug, not input.
#pragma once

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <vector>

#include "metrics/exposition/page.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

// A collected histogram in the form that sinks take.
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

// Series that carry the label `operation` are left out where the filter does not take theirs; so
// are those that carry none where the filter asks for operations. Throws std::logic_error for a
// family or a label that the table lacks.
void write_registry(const std::vector<prometheus::MetricFamily>& families,
                    const page_filter& filter, sink& out);

}  // namespace wolkvox::metrics
