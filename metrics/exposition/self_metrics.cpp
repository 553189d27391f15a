// Families are registered when first used; label sets are checked against the table.
#include "metrics/exposition/self_metrics.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <ranges>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "metrics/exposition/collected_histogram.hpp"
#include "metrics/exposition/label_order.hpp"
#include "metrics/exposition/recording.hpp"

namespace wolkvox::metrics {

namespace {

template <class Metric>
auto builder() {
  if constexpr (std::is_same_v<Metric, prometheus::Counter>) {
    return prometheus::BuildCounter();
  } else if constexpr (std::is_same_v<Metric, prometheus::Gauge>) {
    return prometheus::BuildGauge();
  } else {
    return prometheus::BuildHistogram();
  }
}

template <class Metric>
consteval metric_type type_of() {
  if constexpr (std::is_same_v<Metric, prometheus::Counter>) {
    return metric_type::counter;
  } else if constexpr (std::is_same_v<Metric, prometheus::Gauge>) {
    return metric_type::gauge;
  } else {
    return metric_type::histogram;
  }
}

void check(const family& about, std::initializer_list<label> labels) {
  if (!std::ranges::equal(labels, about.labels, {}, &label::name)) {
    throw std::logic_error{"self_metrics: " + std::string{about.name} + ": not its labels"};
  }
}

bool belongs_to_operations(const family& about) {
  return !about.labels.empty() && about.labels.front() == "operation";
}

void write(const prometheus::Counter& metric, label_block labels, sink& out) {
  out.sample(labels, no_labels, metric.Value());
}
void write(const prometheus::Gauge& metric, label_block labels, sink& out) {
  out.sample(labels, no_labels, metric.Value());
}
void write(const prometheus::Histogram& metric, label_block labels, sink& out) {
  out.sample(labels, no_labels, collected_histogram{metric.Collect().histogram}.value());
}

}  // namespace

bool self_metrics::display_order::operator()(const label_values& a, const label_values& b) const {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(),
                                                compare_label_values) < 0;
}

template <class Metric, class... Arguments>
Metric& self_metrics::series(family_id id, std::initializer_list<label> labels,
                             const Arguments&... arguments) {
  const auto& about = describe(id);
  if (about.type != type_of<Metric>()) {
    throw std::logic_error{"self_metrics: " + std::string{about.name} + " has another type"};
  }
  check(about, labels);
  auto& slot = families_.at(std::to_underlying(id));
  if (std::holds_alternative<std::monostate>(slot)) {
    slot = registered<Metric>{.family = &builder<Metric>()
                                             .Name(std::string{about.name})
                                             .Help(std::string{about.help})
                                             .Register(registry_),
                              .series = {}};
  }
  auto& [family, series] = std::get<registered<Metric>>(slot);
  label_values values;
  prometheus::Labels wanted;
  for (const auto& [name, value] : labels) {
    values.emplace_back(value);
    wanted.emplace(name, value);
  }
  return *series.try_emplace(std::move(values), &family->Add(wanted, arguments...)).first->second;
}

prometheus::Counter& self_metrics::counter(family_id id, std::initializer_list<label> labels) {
  return series<prometheus::Counter>(id, labels);
}

prometheus::Gauge& self_metrics::gauge(family_id id, std::initializer_list<label> labels) {
  return series<prometheus::Gauge>(id, labels);
}

prometheus::Histogram& self_metrics::histogram(family_id id, std::initializer_list<label> labels) {
  const auto buckets = describe(id).buckets;
  return series<prometheus::Histogram>(id, labels,
                                       std::vector<double>{buckets.begin(), buckets.end()});
}

void self_metrics::remove_operation(std::string_view operation) {
  remove({{"operation", operation}});
}

void self_metrics::remove_collector(std::string_view operation, std::string_view collector) {
  remove({{"operation", operation}, {"collector", collector}});
}

// The series whose first labels are these.
void self_metrics::remove(std::initializer_list<label> first) {
  for (const auto& about : all_families()) {
    const auto labels = about.labels | std::views::take(first.size());
    if (!std::ranges::equal(labels, first, {}, {}, &label::name)) {
      continue;
    }
    std::visit(
        [&](auto& slot) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
            std::erase_if(slot.series, [&](const auto& each) {
              const bool leaves = std::ranges::equal(each.first | std::views::take(first.size()),
                                                     first, {}, {}, &label::value);
              if (leaves) {
                slot.family->Remove(each.second);
              }
              return leaves;
            });
          }
        },
        families_.at(std::to_underlying(about.id)));
  }
}

void self_metrics::hide(family_id id) {
  hidden_.at(std::to_underlying(id)) = true;
}

page_set self_metrics::pages(const page_filter& filter) const {
  recorder out;
  std::vector<label> labels;
  const auto write_series = [&](const family& about, const label_values& values,
                                const auto& metric) {
    if (!filter.takes_operation(belongs_to_operations(about) ? values.front() : std::string{})) {
      return;
    }
    labels.clear();
    for (std::size_t i = 0; i < values.size(); ++i) {
      labels.push_back({.name = about.labels[i], .value = values[i]});
    }
    write(metric, out.block(labels), out);
  };
  for (const auto& about : all_families()) {
    const auto index = std::to_underlying(about.id);
    if (hidden_.at(index) || !filter.takes_name(about.name)) {
      continue;
    }
    std::visit(
        [&](const auto& slot) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
            out.open(about.id);
            for (const auto& [values, metric] : slot.series) {
              write_series(about, values, *metric);
            }
          }
        },
        families_.at(index));
  }
  return make_pages(out.finish());
}

}  // namespace wolkvox::metrics
