// One poll of a dated report as a machine: which windows to ask, what an answer means for them,
// what is covered once the ledger has taken it. Pure: the coroutine that asks and settles, and the
// model test that runs years in seconds, drive the same machine.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "exporter/poll/day_reports.hpp"
#include "exporter/poll/interval.hpp"
#include "exporter/poll/schedule.hpp"
#include "exporter/poll/windows.hpp"

namespace date {
class time_zone;
}

namespace wolkvox::poll {

// windows: rows with dates, over overlapping windows. days: one row per agent for a whole local
// day.
enum class rhythm : std::uint8_t { windows, days };

struct report_settings {
  rhythm how = rhythm::windows;
  std::chrono::seconds lookback{};  // windows
  // How long a row may wait for what is filled in before it counts.
  std::chrono::seconds settling{};
  // Rows per request (wolkvox-api.md 3.1): an answer this long may have been cut.
  std::uint64_t row_cap = 60'000;
  std::optional<sys_seconds> wall = std::nullopt;  // our own clock: a second opinion
};

// A stretch of time whose answer came whole and could not be read.
struct suspect {
  interval window;
  // A part of what was asked with it could be read: it is some row's fault, not the platform's.
  bool beside_readable = false;
};

// A request that comes too late costs its lane a minute: a piece as long as that one is tried again
// only after several shorter ones came quickly.
struct gap_pace {
  std::chrono::seconds longest{};   // piece that is asked for
  std::chrono::seconds too_long{};  // piece whose answer came too late
  std::uint32_t quick = 0;          // pieces since whose answers would have come twice as long, too
};

// What is kept between polls; `covered` also across restarts.
struct report_memory {
  std::vector<interval> covered;
  // The last reading of each day that is over but not finished, by its midnight.
  std::map<sys_seconds, day_reading> past_days{};
  std::vector<interval> kept{};  // covered as the ledger has it: a finished day comes later
  // How a gap is asked for while answers are slow; nothing: in whole days.
  std::optional<gap_pace> pace{};
  // Everything was read by this process once: what waited under other settings has counted.
  bool has_caught_up = false;
  // What was forgotten is older: no window begins before, whatever the settings become.
  sys_seconds horizon = sys_seconds::min();
  // Seconds whose answers came whole and could not be read: not asked for any more. A restart finds
  // them anew.
  std::vector<interval> unreadable{};
  // Where the next such seconds are: what could be read around them is settled.
  std::vector<suspect> suspects{};
};

// Under which terms an answer goes into the ledger.
struct settlement_terms {
  std::vector<interval> covered;  // what is counted once it is in
  interval read;                  // what the answer was about
  sys_seconds late_before{};      // a new row dated before this is late
  bool beyond_cap = false;        // a single second held more rows than an answer can
  bool is_whole = true;           // what is not in the answer is not there
  bool quick = false;             // twice as much would have come in time, too
};

// Whether an answer to twice as much would have come in time: it takes twice as long, or somewhat
// more.
inline bool was_quick(std::chrono::nanoseconds took, std::chrono::milliseconds timeout) {
  return took < timeout / 4;
}

// What is left for windows that may wait.
struct spare {
  bool time = true;      // nothing is due yet
  bool requests = true;  // of the day's budget
};

class report_poll {
 public:
  // `memory` outlives the poll; it changes only in settled(), came_too_late() and
  // came_unreadable(). `now` is the platform's time.
  report_poll(report_settings settings, report_memory& memory, sys_seconds now,
              const date::time_zone& zone);

  // The window to ask for next, the freshest first; nothing when all is read, or under such a
  // clock. The same until it was answered.
  std::optional<interval> next();
  // The platform's clock is so far behind that the rows it leads to have been forgotten: they would
  // count again.
  bool is_clock_behind() const { return is_clock_behind_; }
  // Whether that window only fills a gap: it may wait.
  bool is_catching_up() const { return catching_up_; }
  // Whether to ask for it in this poll. Of a gap one piece with each poll, however slow the
  // answers: it must close one day.
  bool is_worth_asking(spare left) const {
    return !catching_up_ || (left.requests && (left.time || !has_caught_up_ || is_owed()));
  }

  // `date` is the platform's clock as the answer tells it. `quick`: an answer to twice as much
  // would have come in time. Nothing: the answer was cut, and next() gives its halves.
  std::optional<settlement_terms> answered(std::uint64_t rows, std::optional<sys_seconds> date,
                                           bool quick = true);
  // No whole answer came in time, though the request was taken. The poll is over; the next one asks
  // for a gap in halves.
  void came_too_late();
  // The answer came whole, and no JSON could be made of it: next() goes on with the rest of what is
  // to be read and then with its halves, eight requests a poll at most. False for a day report,
  // which has no halves.
  bool came_unreadable();
  // The window that next() gives is a single second that stays unreadable beside others that do
  // not: it is not asked, and settled as if it had been empty.
  bool is_passed_over() const { return passed_over_; }
  // The poll is over before all such seconds were found; the next one goes on from here.
  bool is_left_unreadable() const { return given_up_ || !memory_.suspects.empty(); }
  // This poll came nearer to one: the next need not wait as after a failure.
  bool has_narrowed() const { return narrowed_; }
  // The ledger has taken the answer. `changed`: a counter grew or a reading shrank.
  void settled(const settlement_terms& terms, bool changed);

 private:
  bool is_before_counting_began() const;
  reach reach_back() const;
  void plan_gap();
  bool is_owed() const;
  void pace(const settlement_terms& terms);
  interval read_with(interval piece) const;
  std::vector<interval> around_unreadable(std::vector<interval> pieces);
  void finish_day(interval day, bool changed);
  void plan_suspect();
  void half_ended(interval piece, bool could_be_read);

  report_settings settings_;
  report_memory& memory_;
  sys_seconds now_;
  const date::time_zone& zone_;
  std::vector<interval> covered_before_;
  std::vector<interval> covered_;   // so far
  std::vector<interval> read_;      // by this poll, and settled
  std::vector<interval> pieces_;    // the next one last
  std::optional<interval> origin_;  // of a first poll
  std::optional<interval> last_gap_;
  // What could not be read, while its halves are asked.
  struct halved {
    suspect whole;
    std::size_t left = 2;  // parts that have not been answered yet
    bool some_readable = false;
    std::vector<interval> unreadable{};
  };
  std::optional<halved> halved_;
  std::uint32_t unreadable_requests_ = 0;  // while something that cannot be read is looked for
  bool passed_over_ = false;
  bool given_up_ = false;  // for this poll
  bool narrowed_ = false;
  bool catching_up_ = false;
  bool has_caught_up_ = false;  // by a piece
  bool is_clock_behind_ = false;
};

}  // namespace wolkvox::poll
