// Pages of what accumulates: agents' call counters and skills' duration histograms of one
// collector, once restored, then after a poll that changed a share of them.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "metrics/accumulated.hpp"

namespace {

namespace metrics = wolkvox::metrics;
using metrics::family_id;

constexpr std::uint64_t no_limit = 10'000'000;
constexpr std::size_t skills = 200;

metrics::series_state counter(std::size_t agent, std::int64_t amount) {
  return {.key = {family_id::calls_total,
                  {{"agent_id", std::to_string(10'000 + agent)},
                   {"skill_id", std::to_string(agent % skills)},
                   {"campaign_id", "0"},
                   {"interaction", "inbound"},
                   {"hung_up", "customer"}}},
          .bounds = {},
          .buckets = {},
          .total = metrics::quantity::from_count(amount),
          .shown = true};
}

metrics::series_state histogram(std::size_t skill, std::uint64_t in_each) {
  const auto bounds = metrics::describe(family_id::call_duration_seconds).buckets;
  const std::vector<std::uint64_t> buckets(bounds.size() + 1, in_each);
  return {.key = {family_id::call_duration_seconds,
                  {{"skill_id", std::to_string(skill)},
                   {"campaign_id", "0"},
                   {"interaction", "inbound"}}},
          .bounds = {bounds.begin(), bounds.end()},
          .buckets = buckets,
          .total = metrics::quantity::from_count(static_cast<std::int64_t>(in_each) * 120),
          .shown = true,
          .native = metrics::native_from_classic(bounds, buckets)};
}

std::vector<metrics::series_state> states(std::size_t agents, std::uint64_t round) {
  std::vector<metrics::series_state> all;
  for (std::size_t i = 0; i < agents; ++i) {
    all.push_back(counter(i, static_cast<std::int64_t>(round + i % 90)));
  }
  for (std::size_t i = 0; i < skills; ++i) {
    all.push_back(histogram(i, round));
  }
  return all;
}

void accumulated_pages(benchmark::State& state) {
  const auto agents = static_cast<std::size_t>(state.range(0));
  metrics::accumulated all(
      "acme", no_limit, [](std::string_view, std::string_view name) { return std::string(name); });
  all.restore(states(agents, 1), {});
  std::uint64_t lines = 0;
  for (auto _ : state) {
    const auto pages = all.pages();
    lines = metrics::count_series(pages);
    benchmark::DoNotOptimize(pages.data());
  }
  state.counters["series"] = static_cast<double>(lines);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines));
}

// A tenth of the agents' counters grew.
void accumulated_apply(benchmark::State& state) {
  const auto agents = static_cast<std::size_t>(state.range(0));
  metrics::accumulated all(
      "acme", no_limit, [](std::string_view, std::string_view name) { return std::string(name); });
  all.restore(states(agents, 1), {});
  std::uint64_t round = 1;
  for (auto _ : state) {
    state.PauseTiming();
    const auto changed = states(agents / 10, ++round);
    state.ResumeTiming();
    benchmark::DoNotOptimize(all.apply(changed));
  }
}

}  // namespace

BENCHMARK(accumulated_pages)->Arg(1000)->Arg(20'000)->Unit(benchmark::kMillisecond);
BENCHMARK(accumulated_apply)->Arg(1000)->Arg(20'000)->Unit(benchmark::kMillisecond);
