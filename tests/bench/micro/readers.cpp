// The value readers (wolkvox-api.md 4) on the texts that the platform usually writes.
#include <benchmark/benchmark.h>
#include <date/tz.h>

#include <array>
#include <string_view>

#include "exporter/api/readers.hpp"

namespace {

namespace api = wolkvox::api;

template <std::size_t Count, class Reader>
void read_all(benchmark::State& state, const std::array<std::string_view, Count>& texts,
              Reader reader) {
  for (auto _ : state) {
    for (auto text : texts) {
      benchmark::DoNotOptimize(text);
      benchmark::DoNotOptimize(reader(text));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(Count));
}

constexpr std::array<std::string_view, 4> integers = {"0", "7", "1,234", "120450"};
constexpr std::array<std::string_view, 4> decimals = {"0.00", "12.5", "1,234.56", "12,5"};
constexpr std::array<std::string_view, 4> durations = {"00:00:00", "04:38:08", "59:59", "215"};
constexpr std::array<std::string_view, 4> ratios = {"0 %", "34.64 %", "15,233.33 %", "100"};
constexpr std::array<std::string_view, 2> dates = {"2026-11-21 10:30:00", "20261121103000"};
constexpr std::array<std::string_view, 4> answers = {"yes", "no", "Si", "0"};
constexpr std::array<std::string_view, 4> enumerations = {"Inbound", "CUSTOMER", "No Answer",
                                                          "ANSWER-MACHINE"};

void integer(benchmark::State& state) {
  read_all(state, integers, api::read_integer);
}
void decimal(benchmark::State& state) {
  read_all(state, decimals, api::read_decimal_micros);
}
void duration(benchmark::State& state) {
  read_all(state, durations, api::read_duration);
}
void ratio(benchmark::State& state) {
  read_all(state, ratios, api::read_ratio);
}
void yes_no(benchmark::State& state) {
  read_all(state, answers, api::read_yes_no);
}
void enumeration(benchmark::State& state) {
  read_all(state, enumerations, api::read_enumeration);
}
void date_time(benchmark::State& state) {
  const auto* const zone = date::locate_zone("America/Bogota");
  read_all(state, dates,
           [zone](std::string_view text) { return api::read_date_time(text, *zone); });
}

}  // namespace

BENCHMARK(integer);
BENCHMARK(decimal);
BENCHMARK(duration);
BENCHMARK(ratio);
BENCHMARK(yes_no);
BENCHMARK(enumeration);
BENCHMARK(date_time);
