// Thousands of random histories over both ledgers against a plain model: rows late, repeated,
// revised, split into legs, in cut and shuffled answers, with restarts, failing disks and pruning
// at every step. All counters must be equal after each.
//
// A failing history prints its seed; WOLKVOX_LEDGER_SEED=<seed> runs that one alone,
// WOLKVOX_LEDGER_HISTORIES=<n> that many a batch instead of the default.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include "faulty_vfs.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"
#include "tests/unit/ledger/memory_ledger.hpp"
#include "windows.hpp"

namespace wolkvox::metrics {
namespace {

constexpr std::uint64_t skills = 3;
constexpr std::uint64_t agents = 3;
constexpr std::uint64_t first_reading = 1'000'000;  // identities of readings start here
constexpr std::int32_t zero_bucket = -1'000'000;    // no native bucket has this index

// A call as the platform holds it now: one fingerprint per leg, revised over time. All its legs
// last equally long.
struct call {
  std::uint64_t id = 0;
  std::vector<std::uint64_t> legs;
  std::int64_t seconds = 0;
  std::int64_t date = 0;
};

// What the counters must be, by the definition rather than by the rule: a call counts as often as
// the answer with most of its legs showed distinct ones; a reading counts its highest value.
struct model {
  std::map<std::uint64_t, std::set<std::uint64_t>> showing;  // in the answer being taken
  std::map<std::uint64_t, std::size_t> legs;
  std::map<std::uint64_t, std::int64_t> seconds;
  std::map<std::uint64_t, std::int64_t> highest;
  std::uint64_t told = 0;

  void see_call(const call& c, std::uint64_t fingerprint) {
    showing[c.id].insert(fingerprint);
    seconds.emplace(c.id, c.seconds);
    ++told;
  }
  void see_reading(std::uint64_t id, std::int64_t value) {
    highest[id] = std::max(highest[id], value);
    ++told;
  }
  void end_answer() {
    for (const auto& [id, fingerprints] : showing) {
      legs[id] = std::max(legs[id], fingerprints.size());
    }
    showing.clear();
  }
  std::uint64_t rows() const {
    std::uint64_t sum = highest.size();
    for (const auto& [id, count] : legs) {
      sum += count;
    }
    return sum;
  }
  std::map<std::string, std::int64_t> counters() const {
    std::map<std::string, std::int64_t> out;
    for (const auto& [id, count] : legs) {
      const auto skill = std::to_string(id % skills);
      out[to_text(calls_key(skill))] += static_cast<std::int64_t>(count);
      out[to_text(duration_key(skill))] += static_cast<std::int64_t>(count) * seconds.at(id);
    }
    for (const auto& [id, value] : highest) {
      out[to_text(hold_key(std::to_string(id % agents)))] += value;
    }
    std::erase_if(out, [](const auto& entry) { return entry.second == 0; });
    return out;
  }
};

std::map<std::string, std::int64_t> counters_of(ledger& book) {
  std::map<std::string, std::int64_t> out;
  for (const auto& [name, collector] : book.load("acme").value().collectors) {
    for (const series_state& series : collector.series) {
      if (series.total != quantity{}) {
        out[to_text(series.key)] = series.total.micros() / 1'000'000;
      }
    }
  }
  return out;
}

// Each leg that counted is one observation, in classic and in native buckets.
std::map<std::string, std::map<std::int32_t, std::uint64_t>> native_counts(const model& of) {
  std::map<std::string, std::map<std::int32_t, std::uint64_t>> out;
  for (const auto& [id, count] : of.legs) {
    const auto seconds = static_cast<double>(of.seconds.at(id));
    auto& series = out[to_text(duration_key(std::to_string(id % skills)))];
    series[seconds == 0 ? zero_bucket : native_buckets::index_of(seconds)] += count;
  }
  return out;
}

std::map<std::string, std::map<std::int32_t, std::uint64_t>> native_counts(ledger& book) {
  std::map<std::string, std::map<std::int32_t, std::uint64_t>> out;
  for (const auto& [name, collector] : book.load("acme").value().collectors) {
    for (const series_state& series : collector.series) {
      for (const auto& [index, count] : series.native.positive()) {
        out[to_text(series.key)][index] = count;
      }
      if (series.native.zero_count() > 0) {
        out[to_text(series.key)][zero_bucket] = series.native.zero_count();
      }
    }
  }
  return out;
}

class history {
 public:
  // Starts from a copy of an empty ledger: to create one waits for the disk.
  history(std::uint64_t seed, const std::filesystem::path& empty) : random_(seed) {
    std::filesystem::copy(empty, directory_.path());
    reopen();
  }

  void run() {
    const int steps = static_cast<int>(below(12)) + 4;
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      change_the_platform();
      take(answer());
      if (chance(4)) {
        prune();
      }
      if (chance(3)) {
        reopen();
      }
      compare();
    }
  }

 private:
  std::uint64_t below(std::uint64_t n) {
    return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_);
  }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  std::uint64_t fresh_fingerprint() { return ++fingerprints_ * 0x9e3779b97f4a7c15U; }

  void change_the_platform() {
    now_ += 100;
    for (auto i = below(8); i > 0; --i) {
      call born{
          .id = ++ids_, .legs = {}, .seconds = static_cast<std::int64_t>(below(15)), .date = 0};
      born.legs.resize(1 + (chance(4) ? below(3) : 0));
      std::ranges::generate(born.legs, [&] { return fresh_fingerprint(); });
      born.date = now_ - static_cast<std::int64_t>(below(400));  // some are late from the first
      calls_.push_back(born);
    }
    for (call& each : calls_) {
      if (chance(6)) {
        each.legs[below(each.legs.size())] = fresh_fingerprint();
      }
      if (chance(15)) {
        each.legs.push_back(fresh_fingerprint());
      }
    }
    for (std::int64_t& reading : readings_) {
      reading +=
          chance(5) ? -static_cast<std::int64_t>(below(20)) : static_cast<std::int64_t>(below(50));
      reading = std::max<std::int64_t>(reading, 0);
    }
    if (chance(6)) {  // midnight: new readings from zero
      day_ += agents;
      readings_.fill(0);
    }
  }

  // Some rows of what the platform holds, some of them twice, in any order.
  settlement answer() {
    std::vector<settled_series> series;
    for (std::uint64_t i = 0; i < skills; ++i) {
      series.push_back({calls_key(std::to_string(i)), {}});
      series.push_back({duration_key(std::to_string(i)), {5, 10}});
    }
    for (std::uint64_t i = 0; i < agents; ++i) {
      series.push_back({hold_key(std::to_string(i)), {}});
    }
    window out = window::of_series(std::move(series));
    const bool cut = chance(3);
    for (call& each : calls_) {
      for (const std::uint64_t leg : each.legs) {
        for (auto times = cut && chance(2) ? 0U : chance(8) ? 2U : 1U; times > 0; --times) {
          const auto skill = static_cast<std::uint32_t>(each.id % skills);
          out.row(each.id, leg, counting::once, each.date,
                  {{skill * 2, 1}, {skill * 2 + 1, each.seconds}});
          model_.see_call(each, leg);
        }
      }
    }
    for (std::uint64_t i = 0; i < agents; ++i) {
      if (!chance(4)) {
        const auto id = first_reading + day_ + i;
        const auto at = static_cast<std::uint32_t>(skills * 2 + id % agents);
        out.row(id, static_cast<std::uint64_t>(readings_[i]), counting::cumulative, now_,
                {{at, readings_[i]}});
        model_.see_reading(id, readings_[i]);
      }
    }
    model_.end_answer();
    std::ranges::shuffle(out.edit().rows, random_);
    return out.covered({{at(0), at(now_)}}).late_before(now_ - 100).seen(now_);
  }

  // The disk may fail at any write; like the poller, the same answer is tried again.
  void take(const settlement& answer) {
    const auto plain = plain_->settle(answer).value();
    rows_ += plain.rows;
    told_ += plain.rows + plain.duplicate + plain.revised;
    if (chance(3)) {
      constexpr std::array faults{disk_fault::full, disk_fault::torn_write, disk_fault::io_error};
      disk_.fail_from(static_cast<int>(below(30)), faults[below(faults.size())]);
      const bool settled = kept_->settle(answer).has_value();
      const bool restart = chance(2);
      if (restart) {
        kept_.reset();
      }
      disk_.heal();
      if (restart) {
        reopen();
      }
      if (settled) {
        return;
      }
      ASSERT_TRUE(kept_->settle(answer));
      return;
    }
    const auto kept = kept_->settle(answer);
    ASSERT_TRUE(kept) << kept.error().detail;
    EXPECT_EQ(kept->rows, plain.rows);
    EXPECT_EQ(kept->late, plain.late);
    EXPECT_EQ(kept->duplicate, plain.duplicate);
    EXPECT_EQ(kept->revised, plain.revised);
    EXPECT_EQ(kept->changed.size(), plain.changed.size());
  }

  // Calls that the platform will not answer again are forgotten, by it and by the ledgers.
  void prune() {
    const auto before = now_ - 300;
    std::erase_if(calls_, [&](const call& each) { return each.date < before; });
    EXPECT_EQ(kept_->prune("acme", "calls", at(before)).value(),
              plain_->prune("acme", "calls", at(before)).value());
    readings_.fill(0);
    day_ += agents;
  }

  void reopen() {
    kept_.reset();
    auto opened = open_sqlite_ledger(directory_.path());
    ASSERT_TRUE(opened) << opened.error().detail;
    kept_ = std::move(*opened);
  }

  void compare() {
    EXPECT_EQ(counters_of(*plain_), model_.counters());
    EXPECT_EQ(counters_of(*kept_), model_.counters());
    EXPECT_EQ(native_counts(*plain_), native_counts(model_));
    EXPECT_EQ(native_counts(*kept_), native_counts(model_));
    EXPECT_EQ(rows_, model_.rows());
    EXPECT_EQ(told_, model_.told);
    const auto covered = kept_->load("acme").value().collectors.at("calls").covered;
    EXPECT_TRUE(covered == (std::vector<interval>{{at(0), at(now_)}}));
  }

  std::mt19937_64 random_;
  temporary_directory directory_;
  faulty_vfs disk_;
  std::unique_ptr<ledger> plain_ = make_memory_ledger();
  std::unique_ptr<ledger> kept_;
  model model_;
  std::vector<call> calls_;
  std::array<std::int64_t, agents> readings_{};
  std::int64_t now_ = 10'000;
  std::uint64_t day_ = 0;
  std::uint64_t ids_ = 0;
  std::uint64_t fingerprints_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t told_ = 0;
};

std::optional<std::uint64_t> from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional(std::strtoull(value, nullptr, 10));
}

// In batches, each a process of its own under ctest: they run side by side.
class histories : public testing::TestWithParam<std::uint64_t> {};

TEST_P(histories, of_any_kind_end_with_the_counters_of_the_model) {
  const auto only = from_environment("WOLKVOX_LEDGER_SEED");
  if (only && GetParam() > 0) {
    GTEST_SKIP() << "the first batch replays the seed";
  }
  const auto first = only ? *only : std::uint64_t{std::random_device{}()} << 16;
  const auto count = only ? 1 : from_environment("WOLKVOX_LEDGER_HISTORIES").value_or(500);
  temporary_directory empty;
  ASSERT_TRUE(open_sqlite_ledger(empty.path()));
  std::cout << "seeds " << first << " to " << first + count - 1 << '\n';
  for (std::uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    SCOPED_TRACE("replay with WOLKVOX_LEDGER_SEED=" + std::to_string(seed));
    history(seed, empty.path()).run();
  }
}

INSTANTIATE_TEST_SUITE_P(batch, histories, testing::Range<std::uint64_t>(0, 4));

}  // namespace
}  // namespace wolkvox::metrics
