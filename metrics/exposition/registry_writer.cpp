// Conversion and order of prometheus-cpp's families.
#include "metrics/exposition/registry_writer.hpp"

#include <algorithm>
#include <cmath>
#include <compare>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

#include "metrics/exposition/label_order.hpp"

namespace wolkvox::metrics {

namespace {

struct series {
  std::vector<label> labels;  // in the order of the family's table
  const prometheus::ClientMetric* metric = nullptr;
};

prometheus::MetricType collected_type(metric_type type) {
  switch (type) {
    case metric_type::counter:
      return prometheus::MetricType::Counter;
    case metric_type::gauge:
      return prometheus::MetricType::Gauge;
    case metric_type::histogram:
      return prometheus::MetricType::Histogram;
  }
  std::unreachable();
}

const family& known_family(const prometheus::MetricFamily& collected) {
  const auto id = find_family(collected.name);
  if (!id || collected_type(describe(*id).type) != collected.type) {
    throw std::logic_error{"registry: " + collected.name + " is not in the table of families"};
  }
  return describe(*id);
}

series in_table_order(const family& about, const prometheus::ClientMetric& metric) {
  series ordered{.labels = {}, .metric = &metric};
  for (const auto name : about.labels) {
    const auto found =
        std::ranges::find(metric.label, name, &prometheus::ClientMetric::Label::name);
    if (found != metric.label.end()) {
      ordered.labels.push_back({name, found->value});
    }
  }
  if (ordered.labels.size() != metric.label.size()) {
    throw std::logic_error{"registry: " + std::string{about.name} + " has a label of its own"};
  }
  return ordered;
}

bool is_before(const series& a, const series& b) {
  return std::lexicographical_compare_three_way(a.labels.begin(), a.labels.end(), b.labels.begin(),
                                                b.labels.end(), [](const label& x, const label& y) {
                                                  return compare_label_values(x.value, y.value);
                                                }) < 0;
}

std::string_view operation_of(const series& of) {
  const bool has_one = !of.labels.empty() && of.labels.front().name == "operation";
  return has_one ? of.labels.front().value : std::string_view{};
}

void write(metric_type type, const series& each, sink& out) {
  const auto labels = out.block(each.labels);
  switch (type) {
    case metric_type::counter:
      out.sample(labels, no_labels, each.metric->counter.value);
      break;
    case metric_type::gauge:
      out.sample(labels, no_labels, each.metric->gauge.value);
      break;
    case metric_type::histogram:
      out.sample(labels, no_labels, collected_histogram{each.metric->histogram}.value());
      break;
  }
}

}  // namespace

collected_histogram::collected_histogram(const prometheus::ClientMetric::Histogram& collected)
    : sum_(collected.sample_sum) {
  for (const auto& bucket : collected.bucket) {
    cumulative_.push_back(bucket.cumulative_count);
    if (!std::isinf(bucket.upper_bound)) {
      bounds_.push_back(bucket.upper_bound);
    }
  }
}

void write_registry(const std::vector<prometheus::MetricFamily>& families,
                    const page_filter& filter, sink& out) {
  for (const auto& collected : families) {
    const auto& about = known_family(collected);
    if (!filter.takes_name(about.name)) {
      continue;
    }
    std::vector<series> ordered;
    for (const auto& metric : collected.metric) {
      auto each = in_table_order(about, metric);
      if (filter.takes_operation(operation_of(each))) {
        ordered.push_back(std::move(each));
      }
    }
    std::ranges::sort(ordered, is_before);
    out.open(about.id);
    for (const auto& each : ordered) {
      write(about.type, each, out);
    }
  }
}

}  // namespace wolkvox::metrics
