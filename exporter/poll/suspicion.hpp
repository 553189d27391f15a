// Whether the dates of a report, the operation's zone, the platform's clock and its live counters
// can all be right (contract 5.7). Where they cannot, nothing else shows it: windows that lie in
// the platform's future are answered with "no rows", and every poll is a success. Pure; times are
// the platform's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "exporter/poll/interval.hpp"

namespace date {
class time_zone;
}

namespace wolkvox::poll {

using std::chrono::seconds;

// What the rows of one answer say of time.
struct row_dates {
  std::optional<sys_seconds> newest;  // as read in the operation's zone; that the clock has reached
  std::optional<sys_seconds> ahead;   // the newest beyond the platform's own clock
  bool mostly_ahead = false;          // most rows are dated so
  // Rows whose id holds the moment at which their call began (wolkvox-api.md 3.3), and how long
  // after it their date lies, less the call's own length, at least and at most.
  std::uint64_t stamped = 0;
  seconds least_after{};
  seconds most_after{};
};

enum class suspicion : std::uint8_t {
  none,
  ahead,     // rows dated later than the platform's own clock
  behind,    // new rows that are old already when they come
  contrary,  // ids of calls and their dates name different hours
  absent,    // live counters grow, the report brings nothing
};

// What is remembered of one report between its polls.
struct date_watch {
  std::optional<sys_seconds> newest;  // of all answers
  int behind = 0;                     // answers in a row whose newest row came late
  double live = 0;                    // the live counter, as last heard
  bool live_known = false;
  double grown = 0;  // by so much since the report last brought a newer row
  std::optional<sys_seconds> growing_since;
  std::optional<sys_seconds> probed;
  suspicion found = suspicion::none;
  std::optional<seconds> looks_like;  // the platform's distance from UTC, where it shows
};

// Why the dates are suspect, for the log and the status page; "" where they are not.
std::string in_words(const date_watch& watch);

// The answer to a fresh window. `interval`: the one in force between polls.
void heard_rows(date_watch& watch, const row_dates& dates, sys_seconds now,
                std::chrono::milliseconds interval, const date::time_zone& zone);
// The live counter that counts what the report lists; it restarts with the platform's day.
void heard_live(date_watch& watch, double total, sys_seconds now);
// After a poll of the report that succeeded.
void look_for_absence(date_watch& watch, sys_seconds now);

// Whether to ask once, wide, where the rows are: one a day at most.
bool wants_probe(const date_watch& watch, sys_seconds now);
// Every local date that "now" has anywhere on earth.
interval probe_window(sys_seconds now, const date::time_zone& zone);
void heard_probe(date_watch& watch, const row_dates& dates, sys_seconds now,
                 const date::time_zone& zone);

}  // namespace wolkvox::poll
