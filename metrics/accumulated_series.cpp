// Making and raising of prometheus-cpp's metrics.
#include "metrics/accumulated_series.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

#include "metrics/exposition/collected_histogram.hpp"
#include "metrics/exposition/exact_raise.hpp"

namespace wolkvox::metrics {

namespace {

prometheus::Labels registry_labels(const series_key& key) {
  prometheus::Labels labels;
  for (const auto& [name, value] : key.labels) {
    labels.emplace(name, value);
  }
  return labels;
}

prometheus::Family<prometheus::Histogram>& histograms(prometheus::Registry& registry,
                                                      const family& about) {
  return prometheus::BuildHistogram()
      .Name(std::string{about.name})
      .Help(std::string{about.help})
      .Register(registry);
}

prometheus::Counter& make_counter(prometheus::Registry& registry, const series_key& key) {
  const auto& about = describe(key.family);
  return prometheus::BuildCounter()
      .Name(std::string{about.name})
      .Help(std::string{about.help})
      .Register(registry)
      .Add(registry_labels(key));
}

prometheus::Histogram& make_histogram(prometheus::Registry& registry, const series_state& state) {
  return histograms(registry, describe(state.key.family))
      .Add(registry_labels(state.key), state.bounds);
}

[[noreturn]] void refuse(const series_state& state, const char* why) {
  throw std::logic_error{"accumulated: " + std::string{describe(state.key.family).name} + ": " +
                         why};
}

}  // namespace

accumulated_series::accumulated_series(prometheus::Registry& registry, const series_state& state)
    : bounds_(state.bounds) {
  const auto& about = describe(state.key.family);
  if (about.kept != lifetime::ledger) {
    refuse(state, "not a family of the ledger");
  }
  if (about.type == metric_type::histogram) {
    metric_ = &make_histogram(registry, state);
    held_.buckets = exposed_.buckets = std::vector<std::uint64_t>(bounds_.size() + 1);
  } else {
    metric_ = &make_counter(registry, state.key);
  }
}

void accumulated_series::hold(prometheus::Registry& registry, const series_state& state) {
  if (auto* const* old = std::get_if<prometheus::Histogram*>(&metric_);
      old != nullptr && state.bounds != bounds_) {
    histograms(registry, describe(state.key.family)).Remove(*old);
    *this = accumulated_series{registry, state};
  }
  if (state.buckets.size() != held_.buckets.size()) {
    refuse(state, "one count per bucket and one for +Inf");
  }
  if (state.total < held_.total ||
      !std::ranges::equal(state.buckets, held_.buckets, std::greater_equal{})) {
    refuse(state, "the ledger's total fell");
  }
  held_ = {.total = state.total, .buckets = state.buckets};
}

void accumulated_series::expose() {
  if (!is_ahead()) {
    return;
  }
  const double from = exposed_.total.value();
  const double to = held_.total.value();
  if (auto* const* counter = std::get_if<prometheus::Counter*>(&metric_)) {
    raise(**counter, from, to);
  } else {
    std::vector<std::uint64_t> observations(held_.buckets.size());
    std::ranges::transform(held_.buckets, exposed_.buckets, observations.begin(), std::minus{});
    raise(*std::get<prometheus::Histogram*>(metric_), observations, from, to);
  }
  exposed_ = held_;
}

void accumulated_series::write(label_block shared, label_block own, sink& out) const {
  if (auto* const* counter = std::get_if<prometheus::Counter*>(&metric_)) {
    out.sample(shared, own, (*counter)->Value());
  } else {
    const auto collected = std::get<prometheus::Histogram*>(metric_)->Collect();
    out.sample(shared, own, collected_histogram{collected.histogram}.value());
  }
}

}  // namespace wolkvox::metrics
