// From a live table to text, and from pages to what a scrape writes. The agents' table is what the
// collector makes of 60,000 rows (the platform's cap, wolkvox-api.md 3.1): 14 series each.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>

#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/text_encoder.hpp"
#include "metrics/live/live_table.hpp"
#include "metrics/live/live_writer.hpp"

namespace {

namespace metrics = wolkvox::metrics;
using metrics::family_id;

constexpr std::uint64_t no_limit = 10'000'000;

metrics::live_column column(family_id family, std::vector<metrics::owned_label> fixed,
                            std::size_t entities, std::size_t step) {
  metrics::live_column made{
      .family = family, .fixed = std::move(fixed), .values = {}, .varying_name = {}, .varying = {}};
  for (std::size_t i = 0; i < entities; ++i) {
    made.values.push_back(static_cast<double>(i * step % 28'800));
  }
  return made;
}

metrics::live_table agents_table(std::size_t entities) {
  metrics::live_table table;
  table.entity_labels = {"agent_id", "agent"};
  for (std::size_t i = 0; i < entities; ++i) {
    table.entity_values.push_back(std::to_string(10'000 + i));
    table.entity_values.push_back(fmt::format("Agente número {}", i));
  }
  auto status = column(family_id::agent_status, {}, entities, 0);
  status.values.assign(entities, 1);
  status.varying_name = "status";
  for (std::size_t i = 0; i < entities; ++i) {
    status.varying.emplace_back(i % 3 == 0 ? "Ready" : "On call");
  }
  table.columns.push_back(std::move(status));
  table.columns.push_back(column(family_id::agent_status_seconds, {}, entities, 7));
  for (const char* direction : {"inbound", "outbound", "internal"}) {
    table.columns.push_back(
        column(family_id::agent_calls_total, {{"direction", direction}}, entities, 3));
  }
  for (const char* direction : {"inbound", "outbound"}) {
    table.columns.push_back(
        column(family_id::agent_talk_seconds_total, {{"direction", direction}}, entities, 11));
  }
  for (const auto family :
       {family_id::agent_ready_seconds_total, family_id::agent_acw_seconds_total,
        family_id::agent_ring_seconds_total, family_id::agent_aux_seconds_total,
        family_id::agent_login_seconds_total, family_id::agent_average_handle_seconds}) {
    table.columns.push_back(column(family, {}, entities, 13));
  }
  auto occupancy = column(family_id::agent_occupancy_ratio, {}, entities, 1);
  for (auto& value : occupancy.values) {
    value /= 28'800;
  }
  table.columns.push_back(std::move(occupancy));
  return table;
}

metrics::page_set encode(const metrics::live_table& table, const std::string& operation) {
  metrics::text_encoder encoder;
  metrics::write_live(table, operation, no_limit, encoder);
  return encoder.pages(operation);
}

void live_text(benchmark::State& state) {
  const auto table = agents_table(static_cast<std::size_t>(state.range(0)));
  std::uint64_t series = 0;
  for (auto _ : state) {
    const auto pages = encode(table, "acme");
    series = metrics::count_series(pages);
    benchmark::DoNotOptimize(pages.data());
  }
  state.counters["series"] = static_cast<double>(series);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(series));
}

// Operations with a page each of every agents' family: what a scrape pays before its first byte.
void page_gather(benchmark::State& state) {
  const auto table = agents_table(10);
  metrics::page_store store;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const auto name = fmt::format("operation {}", i);
    store.publish(name, "agents", encode(table, name));
  }
  const metrics::page_filter all;
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.gather(all));
  }
}

void page_publish(benchmark::State& state) {
  const auto pages = encode(agents_table(10), "acme");
  metrics::page_store store;
  for (auto _ : state) {
    store.publish("acme", "agents", pages);
  }
}

}  // namespace

BENCHMARK(live_text)->Arg(60)->Arg(1200)->Arg(60'000)->Unit(benchmark::kMillisecond);
BENCHMARK(page_gather)->Arg(1)->Arg(10)->Arg(100)->Unit(benchmark::kMicrosecond);
BENCHMARK(page_publish)->Unit(benchmark::kMicrosecond);
