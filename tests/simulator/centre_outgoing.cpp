// Calls that the centre makes: between colleagues, by hand, and by predictive campaigns.
#include <algorithm>
#include <cmath>

#include "tests/simulator/centre.hpp"
#include "tests/simulator/demand.hpp"

namespace wolkvox::simulator {

namespace {

using std::chrono::seconds;

// What a dialled number does, as shares of the attempts.
constexpr double answers = 0.24;
constexpr double does_not_answer = 0.44;
constexpr double is_busy = 0.14;  // the rest: an answer machine

// How many numbers are dialled for one inbound call.
constexpr double dials_per_inbound_call = 0.7;

}  // namespace

void centre::plan_next(event_kind kind, double share_of_inbound) {
  const double per_second =
      calls_per_day_ * share_of_inbound * hourly_share(time_.second_of_day(now_)) / 3600.0;
  const auto wait = seconds{1 + std::llround(chance_.exponential(1.0 / per_second))};
  events_.plan(now_ + wait, kind);
}

void centre::colleague_call() {
  const auto skill = draw_skill();
  const auto caller = take_idle(skill);
  if (!caller) {
    return;
  }
  const auto called = take_idle(skill);
  if (!called || *called == *caller) {
    return becomes_ready(*caller);
  }
  const auto length = lasting(60.0, 0.7, 5, 900);
  const auto outgoing = open_call(call_type::internal_call, nobody, nobody);
  const auto incoming = open_call(call_type::internal_call_inb, nobody, nobody);
  calls_[incoming].id = calls_[outgoing].id;
  calls_[outgoing].agent = *caller;
  calls_[incoming].agent = *called;
  talk(outgoing, length);
  talk(incoming, length);
}

void centre::manual_call() {
  const auto caller = take_idle(draw_skill());
  if (!caller) {
    return;
  }
  if (!chance_.chance(0.6)) {
    // Nobody answers at the other end.
    set_activity(*caller, activity::ring);
    events_.plan(now_ + seconds{chance_.between(8, 30)}, event_kind::written_up, *caller,
                 agents_[*caller].generation);
    return;
  }
  const auto call = open_call(call_type::outbound_ma, nobody, nobody);
  calls_[call].agent = *caller;
  talk(call, lasting(150.0, 0.7, 4, 3600));
}

bool centre::campaign_running(std::uint32_t campaign) const {
  const auto& what = people_.campaigns[campaign];
  const auto hour = std::chrono::floor<std::chrono::hours>(time_.second_of_day(now_)).count();
  return hour >= what.first_hour && hour < what.last_hour;
}

void centre::plan_next_dial(std::uint32_t campaign) {
  const double per_second =
      calls_per_day_ * dials_per_inbound_call * people_.campaigns[campaign].weight *
      hourly_share(time_.second_of_day(now_)) * factor(phase_subject::dialling, campaign) / 3600.0;
  const double wait = per_second > 0.0 ? chance_.exponential(1.0 / per_second) : 60.0;
  // Looked at again each minute: the rate follows the time of day and the scenario.
  events_.plan(now_ + seconds{1 + std::llround(std::min(wait, 3600.0))}, event_kind::dials,
               campaign);
}

void centre::dials(std::uint32_t campaign) {
  const auto& what = people_.campaigns[campaign];
  auto& state = campaigns_[campaign];
  // Predictive: mostly when somebody is free to take the answer.
  if (!campaign_running(campaign) || (!peek_idle(what.skill) && !chance_.chance(0.15))) {
    return;
  }
  if (state.clean == 0) {
    state.clean = what.records / 2;
    ++state.day.recycled;
  }
  state.clean -= state.clean > 0 ? 1 : 0;
  ++state.day.dialled;
  state.last_use = now_;
  state.last_minute.push_back(now_);
  while (now_ - state.last_minute.front() >= seconds{60}) {
    state.last_minute.pop_front();
  }
  events_.plan(now_ + seconds{chance_.between(4, 25)}, event_kind::dial_result, campaign);
}

void centre::dial_result(std::uint32_t campaign) {
  auto& day = campaigns_[campaign].day;
  const double drawn = chance_.unit();
  if (drawn < answers) {
    ++day.answered;
    const auto skill = people_.campaigns[campaign].skill;
    const seconds patience{chance_.between(3, 9)};
    enter_queue(open_call(call_type::out_pre, skill, campaign), patience);
  } else if (drawn < answers + does_not_answer) {
    ++day.no_answer;
  } else if (drawn < answers + does_not_answer + is_busy) {
    ++day.busy;
  } else {
    ++day.machine;
    const auto call = open_call(call_type::ivr_out, nobody, campaign);
    events_.plan(now_ + seconds{chance_.between(2, 40)}, event_kind::machine_ends, call,
                 calls_[call].generation);
  }
}

}  // namespace wolkvox::simulator
