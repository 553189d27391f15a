// When a collector asks next: a fixed grid from its first poll, so that slow answers never make it
// drift, and exponential back-off with jitter after failures. Pure; times are of the steady clock,
// immune to clock changes.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace wolkvox::poll {

using steady_time = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

// The first point of the grid anchor + k * interval that lies after `now`. Points that passed
// meanwhile are skipped, never made up for: a stall must not become a burst.
steady_time next_on_grid(steady_time anchor, milliseconds interval, steady_time now);

// How long to wait after the n-th failure in a row (n >= 1): doubles from half a minute, or the
// interval when that is shorter, up to five minutes or the interval; at most ten intervals.
// `jitter` in [0, 1) spreads it by a quarter to either side, so that collectors which failed
// together do not return together.
milliseconds back_off(std::uint32_t failures, milliseconds interval, double jitter);

// A report whose rows bear names but no ids is not asked while the roster may still come: what is
// counted without an id stays without one. A quarter of an hour after the platform first answered
// anything it is better to count by name alone than not at all.
bool roster_may_come(std::optional<steady_time> first_answer, steady_time now);

// What a collector's clock knows.
struct clock_state {
  steady_time anchor{};        // of the grid: its first attempt
  milliseconds interval{};     // in force
  milliseconds configured{};   // shorter, where the day's requests have to last
  std::uint32_t failures = 0;  // in a row
  steady_time next{};
  bool succeeded = false;  // ever
};

// The first poll is due at once.
clock_state starting(milliseconds interval, steady_time now);

// On a stretched interval the grid would jump with every new stretch: it starts from the poll that
// `begun`.
clock_state after_success(clock_state state, steady_time begun, steady_time now);

// What a failure means for the next poll.
struct setback {
  milliseconds retry_after{};  // the platform's own wish; the later of it and the back-off is taken
  bool comes_nearer = false;   // to what is wrong: no reason to wait longer each time
};
// `jitter` as back_off's. What has never succeeded backs off to five minutes at most: others may
// wait for it (names), or nothing of it is known yet.
clock_state after_failure(clock_state state, steady_time now, double jitter, setback why);

// A collector's wake-up: its poll is due, or what accumulated may be shown, or neither yet.
enum class due : std::uint8_t { nothing, poll, show };
due what_is_due(const clock_state& state, std::optional<steady_time> shows_next, steady_time now);

}  // namespace wolkvox::poll
