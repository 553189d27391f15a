// Making and raising of prometheus-cpp's metrics.
#include "metrics/accumulated_series.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
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

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry,
                                                  const family& about) {
  return prometheus::BuildCounter()
      .Name(std::string{about.name})
      .Help(std::string{about.help})
      .Register(registry);
}

prometheus::Counter& make_counter(prometheus::Registry& registry, const series_key& key) {
  return counters(registry, describe(key.family)).Add(registry_labels(key));
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
    : family_(state.key.family), bounds_(state.bounds), started_(state.started) {
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
  if (state.base != shown_amount{}) {
    static_cast<shown_amount&>(held_) = state.base;
    expose();
  }
}

void accumulated_series::hold(prometheus::Registry& registry, const series_state& state) {
  if (state.bounds != bounds_) {
    leave(registry);
    *this = accumulated_series{registry, state};
  }
  if (state.buckets.size() != held_.buckets.size()) {
    refuse(state, "one count per bucket and one for +Inf");
  }
  const auto observations =
      std::accumulate(state.buckets.begin(), state.buckets.end(), std::uint64_t{0});
  if (state.native.total() != observations) {
    refuse(state, "classic and native buckets hold different numbers of observations");
  }
  if (state.total < held_.total ||
      !std::ranges::equal(state.buckets, held_.buckets, std::greater_equal{}) ||
      !state.native.has_grown_from(held_.native)) {
    refuse(state, "the ledger's total fell");
  }
  held_.total = state.total;
  held_.buckets = state.buckets;
  held_.native = state.native;
  for (const auto& each : state.exemplars) {
    keep_latest(held_.exemplars, bounds_, each);
  }
}

void accumulated_series::leave(prometheus::Registry& registry) {
  if (auto* const* counter = std::get_if<prometheus::Counter*>(&metric_)) {
    counters(registry, describe(family_)).Remove(*counter);
  } else {
    histograms(registry, describe(family_)).Remove(std::get<prometheus::Histogram*>(metric_));
  }
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
    out.sample(shared, own, counter_value{.value = (*counter)->Value(), .started = started_});
  } else {
    const auto collected = std::get<prometheus::Histogram*>(metric_)->Collect();
    const collected_histogram classic{collected.histogram};
    auto value = classic.value();
    value.started = started_;
    value.native = {.zero_count = exposed_.native.zero_count(),
                    .positive = exposed_.native.positive()};
    value.exemplars = exposed_.exemplars;
    out.sample(shared, own, value);
  }
}

}  // namespace wolkvox::metrics
