// From a live table to its recording, to every form, and to what a scrape writes. The agents' table
// is what the collector makes of 60,000 rows (the platform's cap, wolkvox-api.md 3.1): 14 series
// each.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>

#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/recording.hpp"
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

metrics::page_set record(const metrics::live_table& table, const std::string& operation) {
  metrics::recorder recorder;
  metrics::write_live(table, operation, no_limit, recorder);
  return metrics::make_pages(recorder.finish());
}

constexpr metrics::page_store::instant now{};

// What the pool does once a poll's rows are read: every form is made from this.
void live_record(benchmark::State& state) {
  const auto table = agents_table(static_cast<std::size_t>(state.range(0)));
  std::uint64_t series = 0;
  for (auto _ : state) {
    const auto pages = record(table, "acme");
    series = metrics::count_series(pages);
    benchmark::DoNotOptimize(pages.data());
  }
  state.counters["series"] = static_cast<double>(series);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(series));
}

// One form of what was recorded: all of it, from the first byte encoded to the last one packed.
void live_form(benchmark::State& state, metrics::format format, metrics::encoding encoding) {
  const auto table = agents_table(static_cast<std::size_t>(state.range(0)));
  const metrics::form form{.format = format, .encoding = encoding};
  std::size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    metrics::page_store store;
    store.publish("acme", "agents", record(table, "acme"));
    const auto whole = store.gather({}, form, now);
    state.ResumeTiming();
    const auto body = whole->body(form, {});
    state.PauseTiming();
    bytes = 0;
    for (const auto& piece : body) {
      bytes += piece->size();
    }
    state.ResumeTiming();
  }
  state.counters["body_bytes"] = static_cast<double>(bytes);
}

// Operations with a page each of every agents' family: what a scrape pays before its first byte,
// when all is made.
void page_gather(benchmark::State& state) {
  const auto table = agents_table(10);
  metrics::page_store store;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    const auto name = fmt::format("operation {}", i);
    store.publish(name, "agents", record(table, name));
  }
  const metrics::form form{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.gather({}, form, now)->body(form, {}));
  }
}

void page_publish(benchmark::State& state) {
  const auto pages = record(agents_table(10), "acme");
  metrics::page_store store;
  for (auto _ : state) {
    store.publish("acme", "agents", pages);
  }
}

using metrics::encoding;
using metrics::format;

}  // namespace

BENCHMARK(live_record)->Arg(60)->Arg(1200)->Arg(60'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_form, text, format::text, encoding::identity)
    ->Arg(60'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_form, text_gzip, format::text, encoding::gzip)
    ->Arg(60'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_form, text_zstd, format::text, encoding::zstd)
    ->Arg(60'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_form, openmetrics, format::openmetrics, encoding::identity)
    ->Arg(60'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(live_form, protobuf, format::protobuf, encoding::identity)
    ->Arg(60'000)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(page_gather)->Arg(1)->Arg(10)->Arg(100)->Unit(benchmark::kMicrosecond);
BENCHMARK(page_publish)->Unit(benchmark::kMicrosecond);
