#include "tests/model/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "exporter/poll/windows.hpp"
#include "tests/model/process.hpp"
#include "tests/model/reference.hpp"
#include "tests/model/world.hpp"

namespace wolkvox::model {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class history {
 public:
  history(std::uint64_t seed, const open_ledger& open)
      : chance_(seed), open_(open), world_(scenario::draw(chance_), chance_) {}

  history_result run();

 private:
  void live_and_die();
  void rest();
  void drain();
  void compare(std::string_view what, const amounts& actual);
  void check_told();

  dice chance_;
  const open_ledger& open_;
  world world_;
  history_result result_;
};

// A process runs until it is stopped or killed, perhaps already while it starts.
void history::live_and_die() {
  const scenario& settled = world_.settled;
  const bool dies = chance_.percent(settled.kill_percent);
  world_.dies_after(dies ? std::optional{chance_.between(1, chance_.one_in(2) ? 30 : 400)}
                         : std::nullopt);
  const seconds length =
      chance_.one_in(3) ? chance_.between(1min, 20min) : chance_.between(20min, 90min);
  if (chance_.percent(settled.jump_percent)) {
    const seconds ends[] = {settled.lowest_skew, settled.highest_skew,
                            chance_.between(settled.lowest_skew, settled.highest_skew)};
    world_.jump_after(chance_.between(0s, length), chance_.pick(ends));
  }
  try {
    process exporter(world_, open_());
    exporter.run_until(world_.now() + length);
  } catch (const killed&) {
    ++result_.kills;
  }
  world_.dies_after(std::nullopt);
}

// Nothing runs: no time at all, minutes, or up to 40 days. Not for long where names alternate: one
// that was told before and after such a rest was told all the while, as far as anybody knows.
void history::rest() {
  switch (chance_.between(world_.settled.alternates_names ? 2 : 0, 9)) {
    case 0:
      world_.pass(chance_.between(1h, 30h));
      break;
    case 1:
      world_.pass(chance_.between(days{1}, days{40}));
      break;
    case 2:
    case 3:
    case 4:
      world_.pass(chance_.between(1s, 1h));
      break;
    default:
      break;
  }
}

// What has left the pages, as it would come back.
void add_retired(amounts& into, metrics::operation_state kept) {
  for (auto& [name, state] : kept.collectors) {
    std::erase_if(state.series, [](const auto& each) { return !each.retired; });
    for (metrics::series_state& each : state.series) {
      each.retired = false;
    }
    metrics::accumulated book(
        "acme", 1'000'000,
        [](std::string_view /*id*/, std::string_view shown) { return std::string{shown}; });
    book.restore(state.series, state.names);
    book.show_all();
    for (const auto& page : book.pages()) {
      add_page(*page, into);
    }
  }
}

// Calls stop, everything is published, the day is over: what is still to be read is read without
// faults.
void history::drain() {
  world_.calls_stop();
  world_.error_percent = 0;
  process last(world_, open_());
  const auto clock = [this] { return world_.platform.clock(world_.now()); };
  if (chance_.one_in(2)) {  // straight on until the lookback is over, or a rest before
    last.run_until(world_.now() + world_.settled.lookback + 2 * world_.settled.interval);
  }
  const sys_seconds whole = std::max(poll::next_local_midnight(clock(), *world_.settled.zone),
                                     world_.platform.all_published()) +
                            31min;
  // The roster is asked each hour, as for rest().
  for (seconds left = std::max<seconds>(whole - clock(), 0s); left > 0s;) {
    const seconds part = world_.settled.alternates_names ? std::min<seconds>(left, 1h) : left;
    world_.pass(part);
    last.run_until(world_.now() + 1min);
    left -= part;
  }
  last.run_until(world_.now() + 3 * world_.settled.interval);
  const sys_seconds patience = world_.now() + 24h;
  while (world_.now() < patience && !last.is_idle()) {
    last.run_until(world_.now() + world_.settled.interval);
  }
  // Before the last minutes: they may cross a midnight, and the day before stays open for hours.
  for (const auto& [collector, pages] : world_.published) {
    if (const auto covered = last.memory(collector).covered; covered.size() != 1) {
      result_.complaints.push_back(
          fmt::format("{}: covered in {} pieces", collector, covered.size()));
    }
  }
  last.run_until(world_.now() + 25min);  // the last pages are scraped
  amounts shown;
  for (const auto& [collector, pages] : world_.published) {
    for (const auto& page : pages) {
      add_page(*page, shown);
    }
  }
  add_retired(shown, last.kept());
  compare("shown", shown);
  if (world_.settled.is_scraped_steadily) {
    for (const prometheus_store& each : world_.prometheus) {
      compare("stored by Prometheus", each.increases());
    }
  }
}

void history::compare(std::string_view what, const amounts& actual) {
  amounts expected = expected_amounts(world_);
  for (const auto& [key, value] : actual) {
    if (!key.contains("_bucket")) {
      expected.try_emplace(key, 0);
    }
  }
  for (const auto& [key, value] : expected) {
    const auto found = actual.find(key);
    const double got = found == actual.end() ? 0 : found->second;
    if (std::abs(got - value) > 1e-6) {
      result_.complaints.push_back(fmt::format("{}: {} is {}, not {}", what, key, got, value));
    }
  }
}

void history::check_told() {
  for (const auto& [collector, told] : world_.told) {
    result_.rows += told.rows;
    result_.late += told.late;
    result_.duplicate += told.duplicate;
    result_.revised += told.revised;
    const std::uint64_t expected = expected_rows(world_, collector);
    if (told.rows != expected) {
      result_.complaints.push_back(
          fmt::format("{}: {} rows told, not {}", collector, told.rows, expected));
    }
    if (told.late > told.rows || told.rows + told.duplicate + told.revised != told.answered) {
      result_.complaints.push_back(fmt::format(
          "{}: {} rows ({} late), {} duplicate and {} revised do not add up to {}", collector,
          told.rows, told.late, told.duplicate, told.revised, told.answered));
    }
  }
}

history_result history::run() {
  result_.scenario = world_.settled.to_text();
  world_.pass(chance_.between(0s, 6h));
  for (std::int64_t i = 0; i < world_.settled.segments; ++i) {
    live_and_die();
    rest();
  }
  drain();
  check_told();
  result_.retirements = world_.retirements;
  for (const prometheus_store& each : world_.prometheus) {
    const auto& seen = each.complaints();
    result_.complaints.insert(result_.complaints.end(), seen.begin(), seen.end());
  }
  return std::move(result_);
}

}  // namespace

history_result run_history(std::uint64_t seed, const open_ledger& open) {
  return history(seed, open).run();
}

}  // namespace wolkvox::model
