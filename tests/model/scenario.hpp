// What is settled about a history before it begins: where, when, which reports, how much goes
// wrong. Drawn from the seed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/model/dice.hpp"

namespace date {
class time_zone;
}

namespace wolkvox::model {

using std::chrono::seconds;
using std::chrono::sys_seconds;

struct scenario {
  const date::time_zone* zone = nullptr;
  std::string zone_name;
  sys_seconds start{};
  std::vector<std::string_view> collectors;
  seconds interval{};
  seconds lookback{};
  seconds codes_settle{};
  std::int64_t row_cap = 0;
  std::int64_t segments = 0;       // of a process that runs, dies and rests
  std::int64_t error_percent = 0;  // of answers
  std::int64_t kill_percent = 0;   // of processes that die at a random step
  std::int64_t calls_per_hour = 0;
  seconds platform_skew{};  // the platform's clock against true time, at first
  seconds lowest_skew{};    // jumps stay within
  seconds highest_skew{};
  std::int64_t jump_percent = 0;     // of segments
  seconds own_skew{};                // the exporter's wall clock against true time
  sys_seconds roster_from{};         // names of agents and skills are listed from then on
  bool is_scraped_steadily = false;  // at least once a minute while the process runs
  bool has_totals_row = false;       // agent_9 ends in one
  bool shows_old_rows = false;       // some rows of days ago stand in every answer
  seconds retire_after{};            // 0: never
  sys_seconds leaves_at{};           // one agent and one skill are in the roster until then
  bool alternates_names = false;     // the roster tells now one name, now another
  bool changes_lookback = false;     // each process has another, never shorter than the platform's
  bool is_decoded = false;           // answers pass through JSON text and the real decoder

  static scenario draw(dice& chance);
  std::string to_text() const;
};

}  // namespace wolkvox::model
