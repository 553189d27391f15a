// Which windows of a dated report to ask for. Pure: what is covered already, the platform's time
// and the operation's zone in; windows out. Windows overlap by the lookback and identities decide
// what counts (contract 5.1), so an edge in the wrong place costs a second reading, never a row.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "exporter/poll/interval.hpp"

namespace date {
class time_zone;
}

namespace wolkvox::poll {

// 00:00 of the local day that holds `at`; where the zone skips midnight, the day's first instant.
sys_seconds local_midnight(sys_seconds at, const date::time_zone& zone);
// The instant at which the next local day begins.
sys_seconds next_local_midnight(sys_seconds at, const date::time_zone& zone);

// How far back windows overlap with what was read before: the lookback, but never beyond the
// horizon.
struct reach {
  std::chrono::seconds lookback{};
  sys_seconds horizon = sys_seconds::min();
  sys_seconds before(sys_seconds at) const { return std::max(at - lookback, horizon); }
};

// The newest window: from the end of what is covered less the lookback, or from local midnight on a
// first start. After an outage longer than the lookback it is only [now - lookback, now): freshness
// first, the gap is next_gap's.
interval fresh_window(const std::vector<interval>& covered, reach back, sys_seconds now,
                      const date::time_zone& zone);

// The newest piece of the newest gap between covered intervals, at most one local day and never
// across a local midnight (so never across a month's end: wolkvox-api.md 3.1), starting the
// lookback before the gap, since rows may have been published after that edge was read; nothing
// before the horizon but the gap itself. Nothing when no gap is left.
std::optional<interval> next_gap(const std::vector<interval>& covered, reach back,
                                 const date::time_zone& zone);
// What is covered once `read` was read, all of it since the poll began. What was covered up to some
// moment grows beyond it only where the lookback before that moment was read again too: rows may
// have been published there meanwhile. Otherwise a second is left open there, a gap that tells of
// the overlap that is owed.
std::vector<interval> cover(std::vector<interval> covered, interval read, reach back);
// What stays covered when the operation's zone was changed in the configuration: the same local
// dates were other moments, by up to 26 hours, so the last 26 are asked for again, but nothing
// before the horizon. Where counting began stays known.
std::vector<interval> after_zone_change(std::vector<interval> covered, sys_seconds horizon);
// As the platform's dates write it: from the first second to behind the last.
metrics::local_interval in_local_time(interval window, const date::time_zone& zone);
// How much time the gaps still hold: progress for people.
std::chrono::seconds gaps_left(const std::vector<interval>& covered);

// One window cut where a local month ends: the platform's own screens only allow a range inside one
// month, and no piece is longer than the 31 days of a request (wolkvox-api.md 3.1). Newest first;
// nearly always one piece.
std::vector<interval> by_local_month(interval window, const date::time_zone& zone);

// Windows, newest first, cut so that none is longer than `most`, a second or more.
std::vector<interval> by_length(const std::vector<interval>& windows, std::chrono::seconds most);

// Windows, newest first, without what of them lies in `part`.
std::vector<interval> cut_out(const std::vector<interval>& windows, interval part);

// An answer at the row cap: two halves, newer first; nothing where the window is a single second.
std::optional<std::pair<interval, interval>> halve(interval window);

}  // namespace wolkvox::poll
