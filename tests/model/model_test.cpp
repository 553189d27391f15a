// Thousands of random histories against the reference (contract section 5): rows late, repeated and
// revised, answers cut, lost and broken off, processes killed at every step, clocks that jump,
// midnights, months and changes of the clocks.
//
// A failing history prints its seed; WOLKVOX_MODEL_SEED=<seed> runs that one alone,
// WOLKVOX_MODEL_ROUNDS=<n> so many instead of the default.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <random>

#include "metrics/ledger/sqlite_ledger.hpp"
#include "tests/model/history.hpp"
#include "tests/unit/ledger/memory_ledger.hpp"
#include "tests/unit/ledger/windows.hpp"

namespace wolkvox::model {
namespace {

constexpr std::size_t complaints_shown = 6;

struct totals {
  std::uint64_t rows = 0;
  std::uint64_t late = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t revised = 0;
  std::uint64_t kills = 0;
  std::uint64_t retirements = 0;
};

void judge(std::uint64_t seed, const history_result& result, totals& sums) {
  sums.rows += result.rows;
  sums.late += result.late;
  sums.duplicate += result.duplicate;
  sums.revised += result.revised;
  sums.kills += result.kills;
  sums.retirements += result.retirements;
  if (result.complaints.empty()) {
    return;
  }
  std::string told;
  for (std::size_t i = 0; i < std::min(complaints_shown, result.complaints.size()); ++i) {
    told += "\n  " + result.complaints[i];
  }
  ADD_FAILURE() << "WOLKVOX_MODEL_SEED=" << seed << "\n  " << result.scenario << "\n  "
                << result.complaints.size() << " complaints:" << told;
}

void in_memory(std::uint64_t seed, totals& sums) {
  const auto ledger = metrics::make_memory_ledger();
  judge(seed, run_history(seed, [&]() -> metrics::ledger& { return *ledger; }), sums);
}

void in_sqlite(std::uint64_t seed, totals& sums) {
  const metrics::temporary_directory directory;
  std::unique_ptr<metrics::ledger> ledger;
  const auto open = [&]() -> metrics::ledger& {
    ledger.reset();  // its lock first
    ledger = metrics::open_sqlite_ledger(directory.path()).value();
    return *ledger;
  };
  judge(seed, run_history(seed, open), sums);
}

// NOLINTBEGIN(concurrency-mt-unsafe, misc-const-correctness): one thread; `run` adds to the sums
template <class Run>
void run_many(std::uint64_t rounds, Run run) {
  if (const char* const chosen = std::getenv("WOLKVOX_MODEL_ROUNDS")) {
    rounds = std::strtoull(chosen, nullptr, 10);
  }
  std::uint64_t seed = std::random_device{}();
  if (const char* const first = std::getenv("WOLKVOX_MODEL_FIRST_SEED")) {
    seed = std::strtoull(first, nullptr, 10);
  }
  if (const char* const chosen = std::getenv("WOLKVOX_MODEL_SEED")) {
    seed = std::strtoull(chosen, nullptr, 10);
    rounds = std::getenv("WOLKVOX_MODEL_ROUNDS") == nullptr ? 1 : rounds;
  }
  std::cout << rounds << " histories from seed " << seed << '\n';
  totals sums;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    run(seed + i, sums);
  }
  std::cout << sums.rows << " rows (" << sums.late << " late), " << sums.duplicate << " duplicate, "
            << sums.revised << " revised, " << sums.kills << " kills, " << sums.retirements
            << " series retired\n";
}
// NOLINTEND(concurrency-mt-unsafe, misc-const-correctness)

TEST(model, every_row_counts_once_over_the_ledger_in_memory) {
  run_many(2000, in_memory);
}

TEST(model, every_row_counts_once_over_the_ledger_in_sqlite) {
  run_many(150, in_sqlite);
}

}  // namespace
}  // namespace wolkvox::model
