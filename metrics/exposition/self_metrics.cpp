// Series are made when first used; label sets are checked against the table.
#include "metrics/exposition/self_metrics.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "metrics/exposition/collected_histogram.hpp"
#include "metrics/exposition/label_order.hpp"

namespace wolkvox::metrics {

namespace {

template <class Series>
consteval metric_type type_of() {
  if constexpr (std::is_same_v<Series, own_counter>) {
    return metric_type::counter;
  } else if constexpr (std::is_same_v<Series, own_gauge>) {
    return metric_type::gauge;
  } else {
    return metric_type::histogram;
  }
}

void check(const family& about, metric_type type, std::initializer_list<label> labels) {
  if (about.type != type) {
    throw std::logic_error{"self_metrics: " + std::string{about.name} + " has another type"};
  }
  if (!std::ranges::equal(labels, about.labels, {}, &label::name)) {
    throw std::logic_error{"self_metrics: " + std::string{about.name} + ": not its labels"};
  }
}

std::string_view operation_of(std::initializer_list<label> labels) {
  const bool has_one = labels.size() > 0 && labels.begin()->name == "operation";
  return has_one ? labels.begin()->value : std::string_view{};
}

void write(const own_counter& of, label_block labels, sink& out) {
  out.sample(labels, no_labels, of.value());
}
void write(const own_gauge& of, label_block labels, sink& out) {
  out.sample(labels, no_labels, of.value());
}
void write(const own_histogram& of, label_block labels, sink& out) {
  const collected_histogram classic{of.classic().Collect().histogram};
  auto value = classic.value();
  value.started = of.started();
  value.native = {.zero_count = of.native().zero_count(), .positive = of.native().positive()};
  out.sample(labels, no_labels, value);
}

}  // namespace

bool self_metrics::display_order::operator()(const label_values& a, const label_values& b) const {
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end(),
                                                compare_label_values) < 0;
}

template <class Series, class... Arguments>
Series& self_metrics::series(family_id id, std::initializer_list<label> labels,
                             const Arguments&... arguments) {
  check(describe(id), type_of<Series>(), labels);
  auto& [mark, all, shown] =
      operations_[std::string{operation_of(labels)}]
          .try_emplace(id, outdated_mark{any_outdated_}, series_map<Series>{}, nullptr)
          .first->second;
  label_values values;
  for (const auto& each : labels) {
    values.emplace_back(each.value);
  }
  const auto [place, is_new] =
      std::get<series_map<Series>>(all).try_emplace(std::move(values), mark, arguments...);
  if (is_new) {
    mark.set();
  }
  return place->second;
}

own_counter& self_metrics::counter(family_id id, std::initializer_list<label> labels) {
  return series<own_counter>(id, labels, now_());
}

own_gauge& self_metrics::gauge(family_id id, std::initializer_list<label> labels) {
  return series<own_gauge>(id, labels);
}

own_histogram& self_metrics::histogram(family_id id, std::initializer_list<label> labels) {
  const auto buckets = describe(id).buckets;
  return series<own_histogram>(id, labels, now_(),
                               std::vector<double>{buckets.begin(), buckets.end()});
}

void self_metrics::remove_operation(std::string_view operation) {
  if (const auto found = operations_.find(operation); found != operations_.end()) {
    operations_.erase(found);
  }
}

void self_metrics::remove_collector(std::string_view operation, std::string_view collector) {
  const auto found = operations_.find(operation);
  if (found == operations_.end()) {
    return;
  }
  for (auto& [id, each] : found->second) {
    const auto names = describe(id).labels;
    if (names.size() < 2 || names[1] != "collector") {
      continue;
    }
    const auto removed = std::visit(
        [&](auto& all) {
          return std::erase_if(all, [&](const auto& one) { return one.first[1] == collector; });
        },
        each.series);
    if (removed > 0) {
      each.mark.set();
    }
  }
}

// The pages of one poll's changes share a recording.
void self_metrics::renew(own_families& families) const {
  recorder out{created_};
  std::vector<label> labels;
  for (auto& [id, each] : families) {
    if (!each.mark.is_set()) {
      continue;
    }
    each.mark.clear();
    each.shown = nullptr;
    out.open(id);
    const auto names = describe(id).labels;
    const auto write_all = [&](const auto& all) {
      for (const auto& [values, one] : all) {
        labels.clear();
        for (std::size_t i = 0; i < values.size(); ++i) {
          labels.push_back({.name = names[i], .value = values[i]});
        }
        write(one, out.block(labels), out);
      }
    };
    std::visit(write_all, each.series);
  }
  for (auto& made : make_pages(out.finish())) {
    families.at(made->family()).shown = std::move(made);
  }
}

std::vector<operation_pages> self_metrics::take_changed() {
  std::vector<operation_pages> changed;
  if (!std::exchange(any_outdated_, false)) {
    return changed;
  }
  for (auto& [operation, families] : operations_) {
    if (std::ranges::none_of(families, [](const auto& e) { return e.second.mark.is_set(); })) {
      continue;
    }
    renew(families);
    auto& all = changed.emplace_back(operation_pages{.operation = operation, .pages = {}}).pages;
    for (const auto& [id, each] : families) {
      if (each.shown != nullptr) {
        all.push_back(each.shown);
      }
    }
  }
  return changed;
}

}  // namespace wolkvox::metrics
