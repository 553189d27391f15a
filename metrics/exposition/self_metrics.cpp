// Families are registered when first used; label sets are checked against the table.
#include "metrics/exposition/self_metrics.hpp"

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include "metrics/exposition/recording.hpp"
#include "metrics/exposition/registry_writer.hpp"

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

prometheus::Labels checked(const family& about, std::initializer_list<label> labels) {
  if (!std::ranges::equal(labels, about.labels, {}, &label::name)) {
    throw std::logic_error{"self_metrics: " + std::string{about.name} + ": not its labels"};
  }
  prometheus::Labels result;
  for (const auto& [name, value] : labels) {
    result.emplace(name, value);
  }
  return result;
}

}  // namespace

template <class Metric, class... Arguments>
Metric& self_metrics::series(family_id id, std::initializer_list<label> labels,
                             const Arguments&... arguments) {
  using family_pointer = prometheus::Family<Metric>*;
  const auto& about = describe(id);
  if (about.type != type_of<Metric>()) {
    throw std::logic_error{"self_metrics: " + std::string{about.name} + " has another type"};
  }
  const auto wanted = checked(about, labels);
  auto& slot = families_.at(std::to_underlying(id));
  if (std::holds_alternative<std::monostate>(slot)) {
    slot = &builder<Metric>()
                .Name(std::string{about.name})
                .Help(std::string{about.help})
                .Register(registry_);
  }
  const auto family = std::get<family_pointer>(slot);
  const bool is_new = !family->Has(wanted);
  auto& metric = family->Add(wanted, arguments...);
  if (const auto operation = wanted.find("operation"); is_new && operation != wanted.end()) {
    removals_.emplace(operation->second, [family, &metric] { family->Remove(&metric); });
  }
  return metric;
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
  const auto [begin, end] = removals_.equal_range(operation);
  for (auto at = begin; at != end; ++at) {
    at->second();
  }
  removals_.erase(begin, end);
}

void self_metrics::hide(family_id id) {
  hidden_.at(std::to_underlying(id)) = true;
}

page_set self_metrics::pages(const page_filter& filter) const {
  recorder out;
  for (const auto& each : all_families()) {
    const auto index = std::to_underlying(each.id);
    if (hidden_.at(index) || !filter.takes_name(each.name)) {
      continue;
    }
    std::visit(
        [&](const auto& family) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(family)>, std::monostate>) {
            write_registry(family->Collect(), filter, out);
          }
        },
        families_.at(index));
  }
  return make_pages(out.finish());
}

}  // namespace wolkvox::metrics
