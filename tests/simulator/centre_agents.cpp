// Agents: shifts, pauses, and who takes which call.
#include <algorithm>
#include <array>

#include "tests/simulator/centre.hpp"

namespace wolkvox::simulator {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

struct pause_habit {
  pause_kind kind;
  double share;
  std::int64_t least;  // minutes
  std::int64_t most;
};

constexpr auto habits = std::to_array<pause_habit>({{pause_kind::bathroom, 0.55, 3, 8},
                                                    {pause_kind::active_break, 0.33, 5, 12},
                                                    {pause_kind::training, 0.12, 20, 40}});

}  // namespace

void centre::plan_shifts(std::int64_t day, sys_seconds not_before) {
  const auto midnight = time_.midnight(day);
  // 1970-01-01 was a Thursday: 0 is Sunday.
  const auto weekday = (day + 4) % 7;
  const double attendance = weekday == 0 ? 0.5 : weekday == 6 ? 0.7 : 0.93;
  for (std::uint32_t i = 0; i < agents_.size(); ++i) {
    const auto& who = people_.agents[i];
    const auto draw =
        settings_.seed ^ scramble(std::uint64_t{i} << 20U ^ static_cast<std::uint64_t>(day));
    if (!who.always && scrambled_share(draw) > attendance) {
      continue;
    }
    const auto login = midnight + who.shift_begin +
                       seconds{static_cast<std::int64_t>(1200.0 * scrambled_share(draw + 1)) - 900};
    if (login >= not_before) {
      events_.plan(login, event_kind::logs_in, i);
    }
  }
}

void centre::set_activity(std::uint32_t agent, activity doing) {
  auto& who = agents_[agent];
  who.day.seconds.at(static_cast<std::size_t>(who.doing)) += (now_ - who.counted_from).count();
  who.doing = doing;
  who.since = who.counted_from = now_;
  ++who.generation;
}

void centre::logs_in(std::uint32_t agent) {
  auto& who = agents_[agent];
  if (who.doing != activity::logout) {
    return;
  }
  const auto length = people_.agents[agent].shift_length;
  who.logout_due = now_ + length + seconds{chance_.between(0, 900)};
  who.had_lunch = false;
  who.last_login = now_;
  set_activity(agent, activity::ready);
  plan_pause(agent);
  events_.plan(who.logout_due, event_kind::logs_out, agent);
  becomes_ready(agent);
}

void centre::logs_out(std::uint32_t agent) {
  agents_[agent].logout_due = sys_seconds::max();
  agents_[agent].pause_due = sys_seconds::max();
  set_activity(agent, activity::logout);
}

void centre::plan_pause(std::uint32_t agent) {
  auto& who = agents_[agent];
  who.pause_due = now_ + seconds{900 + static_cast<std::int64_t>(chance_.exponential(4500.0))};
  events_.plan(who.pause_due, event_kind::pause_due, agent);
}

// A scenario can thin the staff: the share that is kept away does not come back to the queues
// meanwhile.
bool centre::kept_away(std::uint32_t agent) const {
  const double present = factor(phase_subject::staff, nobody);
  return present < 1.0 && scrambled_share(settings_.seed + agent) >= present;
}

void centre::becomes_free(std::uint32_t agent) {
  auto& who = agents_[agent];
  if (now_ >= who.logout_due) {
    return logs_out(agent);
  }
  if (kept_away(agent)) {
    return takes_pause(agent, pause_kind::training, minutes{5});
  }
  if (now_ >= who.pause_due) {
    return takes_due_pause(agent);
  }
  becomes_ready(agent);
}

void centre::takes_due_pause(std::uint32_t agent) {
  auto& who = agents_[agent];
  plan_pause(agent);
  const auto half_shift = people_.agents[agent].shift_length / 2;
  if (!who.had_lunch && now_ - who.last_login > half_shift - minutes{45}) {
    who.had_lunch = true;
    return takes_pause(agent, pause_kind::lunch, minutes{chance_.between(38, 55)});
  }
  double drawn = chance_.unit();
  const auto* habit = habits.begin();
  while (drawn >= habit->share && habit + 1 != habits.end()) {
    drawn -= habit->share;
    ++habit;
  }
  takes_pause(agent, habit->kind, seconds{chance_.between(habit->least * 60, habit->most * 60)});
}

void centre::takes_pause(std::uint32_t agent, pause_kind pause, seconds length) {
  set_activity(agent, activity::pause);
  agents_[agent].pause = pause;
  events_.plan(now_ + length, event_kind::pause_ends, agent, agents_[agent].generation);
}

void centre::becomes_ready(std::uint32_t agent) {
  auto& who = agents_[agent];
  if (who.doing != activity::ready) {
    set_activity(agent, activity::ready);
  }
  if (const auto call = next_waiting(agent)) {
    return ring(*call, agent);
  }
  for (const auto skill : people_.agents[agent].skills) {
    auto& idle = skills_[skill].idle;
    if (idle.size() > 2 * agents_.size() + 64) {
      std::erase_if(idle, [this](const idle_reference& one) {
        return agents_[one.agent].generation != one.generation;
      });
    }
    idle.push_back({.agent = agent, .generation = who.generation});
  }
}

// The longest waiting call of the agent's skills.
std::optional<std::uint32_t> centre::next_waiting(std::uint32_t agent) {
  std::uint32_t chosen = nobody;
  for (const auto skill : people_.agents[agent].skills) {
    auto& waiting = skills_[skill].waiting;
    while (!waiting.empty() &&
           calls_[waiting.front().call].generation != waiting.front().generation) {
      waiting.pop_front();
    }
    if (waiting.empty()) {
      continue;
    }
    const auto first = waiting.front().call;
    if (chosen == nobody || calls_[first].since < calls_[chosen].since) {
      chosen = first;
    }
  }
  if (chosen == nobody) {
    return std::nullopt;
  }
  skills_[calls_[chosen].skill].waiting.pop_front();
  return chosen;
}

std::optional<std::uint32_t> centre::peek_idle(std::uint32_t skill) {
  auto& idle = skills_[skill].idle;
  while (!idle.empty()) {
    const auto& first = idle.front();
    if (agents_[first.agent].generation == first.generation) {
      return first.agent;
    }
    idle.pop_front();
  }
  return std::nullopt;
}

// The longest idle agent of a skill.
std::optional<std::uint32_t> centre::take_idle(std::uint32_t skill) {
  const auto found = peek_idle(skill);
  if (found) {
    skills_[skill].idle.pop_front();
  }
  return found;
}

}  // namespace wolkvox::simulator
