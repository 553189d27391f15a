// What each agent, queue and campaign is doing now, and its figures of the local day.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <string_view>
#include <vector>

#include "tests/simulator/records.hpp"

namespace wolkvox::simulator {

enum class activity : std::uint8_t { logout, ready, ring, inbound, outbound, internal, acw, pause };
constexpr std::size_t activities = 8;

// The operation's own pauses (wolkvox-api.md 4: free text with accents).
enum class pause_kind : std::uint8_t { bathroom, active_break, training, lunch };

// The text of agent_status (spelling assumed: wolkvox-api.md 4).
std::string_view status_text(activity doing, pause_kind pause);

struct agent_day {
  std::uint32_t inbound = 0;
  std::uint32_t outbound = 0;
  std::uint32_t internal = 0;
  std::array<std::int64_t, activities> seconds{};  // by activity
};

struct agent_state {
  activity doing = activity::logout;
  pause_kind pause = pause_kind::bathroom;
  bool had_lunch = false;
  sys_seconds since{};         // of the status
  sys_seconds counted_from{};  // `since`, or midnight when that is later
  sys_seconds pause_due = sys_seconds::max();
  sys_seconds logout_due = sys_seconds::max();
  sys_seconds last_login{};
  std::uint32_t generation = 0;  // moves on with every status
  agent_day day;

  // The day's figures including the status that lasts.
  agent_day day_until(sys_seconds now) const;
};

// Calls answered by second of waiting; the last holds the rest.
constexpr std::size_t waits_kept = 601;

struct skill_day {
  std::uint32_t offered = 0;
  std::uint32_t answered = 0;
  std::uint32_t abandoned = 0;
  std::vector<std::uint32_t> answered_after = std::vector<std::uint32_t>(waits_kept);
  std::uint32_t answered_within(std::int64_t seconds) const;
};

struct queued_reference {
  std::uint32_t call = 0;
  std::uint32_t generation = 0;
};

struct idle_reference {
  std::uint32_t agent = 0;
  std::uint32_t generation = 0;
};

struct skill_state {
  std::deque<queued_reference> waiting;  // may hold calls that are gone
  std::deque<idle_reference> idle;       // may hold agents who are busy
  std::uint32_t in_queue = 0;            // callers waiting or ringing; without predictive calls
  skill_day day;
};

struct campaign_day {
  std::uint32_t dialled = 0;
  std::uint32_t answered = 0;
  std::uint32_t no_answer = 0;
  std::uint32_t busy = 0;
  std::uint32_t machine = 0;
  std::uint32_t hits = 0;
  std::uint32_t recycled = 0;
};

struct campaign_state {
  std::uint32_t clean = 0;  // records not yet dialled
  std::deque<sys_seconds> last_minute;
  sys_seconds last_use{};
  campaign_day day;
};

}  // namespace wolkvox::simulator
