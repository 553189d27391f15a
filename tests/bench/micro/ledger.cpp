// How long a settlement takes and how large the file grows. The promise: a window of 60,000 rows,
// half of them known, in under 1 s of CPU (issue: part 2).
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <ctime>
#include <filesystem>
#include <random>
#include <stdexcept>

#include "metrics/ledger/sqlite_ledger.hpp"
#include "tests/unit/ledger/memory_ledger.hpp"

namespace {

namespace fs = std::filesystem;
namespace metrics = wolkvox::metrics;

constexpr std::size_t window_rows = 60'000;
constexpr std::size_t skills = 200;

metrics::identity identity_of(std::uint64_t n) {
  std::mt19937_64 mix(n);
  return {.high = mix(), .low = mix()};
}

// Rows first .. first + count of an endless report: each counts a call, its length and its code.
metrics::settlement window(std::uint64_t first, std::size_t count) {
  metrics::settlement out;
  out.operation = "acme";
  out.collector = "calls";
  for (std::size_t skill = 0; skill < skills; ++skill) {
    const std::vector<metrics::owned_label> labels{
        {"skill_id", std::to_string(skill)}, {"campaign_id", "0"}, {"interaction", "inbound"}};
    out.series.push_back({{metrics::family_id::calls_total, labels}, {}});
    out.series.push_back({{metrics::family_id::call_codes_total, labels}, {}});
    out.series.push_back({{metrics::family_id::call_duration_seconds, labels},
                          {5, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600}});
  }
  for (std::uint64_t n = first; n < first + count; ++n) {
    const auto series = static_cast<std::uint32_t>(n % skills * 3);
    out.rows.push_back({.id = identity_of(n),
                        .fingerprint = n * 0x9e3779b97f4a7c15U,
                        .at = metrics::sys_seconds{std::chrono::seconds{1'700'000'000 + n / 12}},
                        .first = static_cast<std::uint32_t>(out.contributions.size()),
                        .count = 3});
    const auto length = static_cast<int>(n % 900);
    out.contributions.push_back({series, metrics::quantity::from_count(1), 0});
    out.contributions.push_back({series + 1, metrics::quantity::from_count(1), 1});
    out.contributions.push_back({series + 2, metrics::quantity::from_count(length), 2});
  }
  out.seen = out.rows.back().at;
  return out;
}

class place {
 public:
  place() {
    std::string name = (fs::temp_directory_path() / "wolkvox_bench_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

template <class Value>
Value must(std::expected<Value, metrics::ledger_error> result) {
  if (!result) {
    throw std::runtime_error(result.error().detail);
  }
  return std::move(*result);
}

// Each window repeats half of the one before; the file holds `known` rows at the start.
void settle_half_known(benchmark::State& state, metrics::ledger& book) {
  std::uint64_t next = 0;
  for (; next < static_cast<std::uint64_t>(state.range(0)); next += window_rows) {
    must(book.settle(window(next, window_rows)));
  }
  for (auto _ : state) {
    state.PauseTiming();
    const auto half_known = window(next - window_rows / 2, window_rows);
    next += window_rows / 2;
    state.ResumeTiming();
    const auto done = must(book.settle(half_known));
    if (done.rows != window_rows / 2 || done.duplicate != window_rows / 2) {
      throw std::runtime_error("half of the rows were to be known");
    }
  }
}

void memory_settles(benchmark::State& state) {
  settle_half_known(state, *metrics::make_memory_ledger());
}

void sqlite_settles(benchmark::State& state) {
  place directory;
  settle_half_known(state, *must(metrics::open_sqlite_ledger(directory.path())));
}

// A file of n identities: bytes each, the time to open it (checked whole) and to forget half of
// them.
void sqlite_grows(benchmark::State& state) {
  const auto rows = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    place directory;
    const auto file = directory.path() / "ledger.db";
    auto book = must(metrics::open_sqlite_ledger(directory.path()));
    for (std::uint64_t next = 0; next < rows;
         next += 3500) {  // about five minutes of a million a day
      must(book->settle(window(next, 3500)));
    }
    book.reset();
    state.counters["bytes_per_row"] =
        static_cast<double>(fs::file_size(file)) / static_cast<double>(rows);
    state.ResumeTiming();
    book = must(metrics::open_sqlite_ledger(directory.path()));
    must(book->load("acme"));
    state.PauseTiming();
    const auto start = std::clock();
    const metrics::sys_seconds half{std::chrono::seconds{1'700'000'000 + rows / 24}};
    const auto forgotten = must(book->prune("acme", "calls", half));
    state.counters["prune_cpu_ms"] =
        static_cast<double>(std::clock() - start) * 1e3 / CLOCKS_PER_SEC;
    state.counters["forgotten"] = static_cast<double>(forgotten);
    for (std::uint64_t next = rows; next < rows + rows / 2; next += 3500) {  // the next half day
      must(book->settle(window(next, 3500)));
    }
    book.reset();
    state.counters["bytes_after_reuse"] = static_cast<double>(fs::file_size(file));
    state.ResumeTiming();
  }
}

}  // namespace

BENCHMARK(memory_settles)->Arg(60'000)->Unit(benchmark::kMillisecond);
BENCHMARK(sqlite_settles)
    ->Arg(60'000)
    ->Arg(2'000'000)
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(sqlite_grows)
    ->Arg(1'000'000)
    ->Arg(2'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);
