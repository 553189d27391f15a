// The loop of events, and the way of a caller: queue, ringing, talk, transfer, record.
#include "tests/simulator/centre.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/simulator/demand.hpp"

namespace wolkvox::simulator {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

local_time zone_or_throw(const std::string& name) {
  auto found = local_time::of(name);
  if (!found) {
    throw std::invalid_argument(found.error());
  }
  return *std::move(found);
}

}  // namespace

centre::centre(centre_settings settings)
    : settings_(std::move(settings)),
      time_(zone_or_throw(settings_.timezone)),
      people_(make_population(settings_)),
      calls_per_day_(static_cast<double>(calls_per_day(settings_))),
      chance_(settings_.seed),
      agents_(people_.agents.size()),
      skills_(people_.skills.size()),
      campaigns_(people_.campaigns.size()) {
  const auto first_day = time_.day(settings_.start) - settings_.history_days;
  // The night shift before the first day logs in at ten in the evening.
  now_ = time_.midnight(first_day) - minutes{150};
  caller_clock_ = static_cast<double>(now_.time_since_epoch().count());
  for (std::size_t i = 0; i < agents_.size(); ++i) {
    agents_[i].since = agents_[i].counted_from = now_;
    agents_[i].last_login = now_;
  }
  for (std::uint32_t i = 0; i < campaigns_.size(); ++i) {
    campaigns_[i].clean = people_.campaigns[i].records;
    campaigns_[i].last_use = now_;
    plan_next_dial(i);
  }
  events_.plan(time_.next_midnight(now_), event_kind::midnight);
  plan_shifts(time_.day(now_), now_);
  plan_next_caller();
  plan_next(event_kind::colleague_call, 0.05);
  plan_next(event_kind::manual_call, 0.12);
  advance(settings_.start);
}

void centre::advance(sys_seconds now) {
  while (events_.due(now)) {
    const auto next = events_.take();
    now_ = std::max(now_, next.at);
    happen(next);
  }
  now_ = std::max(now_, now);
}

void centre::happen(const event& what) {
  const auto subject = what.subject;
  const auto call_stands = [&] { return calls_[subject].generation == what.generation; };
  const auto agent_stands = [&] { return agents_[subject].generation == what.generation; };
  switch (what.kind) {
    case event_kind::midnight:
      return begin_day();
    case event_kind::caller:
      caller_arrives();
      return plan_next_caller();
    case event_kind::gives_up:
      // The same generation until the call is picked up.
      return call_stands() ? gives_up(subject) : void();
    case event_kind::picked_up:
      return call_stands() ? picked_up(subject) : void();
    case event_kind::talk_ends:
    case event_kind::machine_ends:
      return call_stands() ? talk_ends(subject) : void();
    case event_kind::written_up:
    case event_kind::pause_ends:
      return agent_stands() ? becomes_free(subject) : void();
    case event_kind::pause_due:
      return agents_[subject].doing == activity::ready ? becomes_free(subject) : void();
    case event_kind::logs_in:
      return logs_in(subject);
    case event_kind::logs_out:
      return agents_[subject].doing == activity::ready ? becomes_free(subject) : void();
    case event_kind::colleague_call:
      colleague_call();
      return plan_next(event_kind::colleague_call, 0.05);
    case event_kind::manual_call:
      manual_call();
      return plan_next(event_kind::manual_call, 0.12);
    case event_kind::dials:
      dials(subject);
      return plan_next_dial(subject);
    case event_kind::dial_result:
      return dial_result(subject);
  }
}

// The live figures start again (assumed daily: wolkvox-api.md 5.1).
void centre::begin_day() {
  for (auto& one : agents_) {
    one.day = {};
    one.counted_from = now_;
  }
  for (auto& one : skills_) {
    one.day = {};
    // Who still waits is part of the new day's offer.
    one.day.offered = one.in_queue;
  }
  for (auto& one : campaigns_) {
    one.day = {};
  }
  events_.plan(time_.next_midnight(now_), event_kind::midnight);
  plan_shifts(time_.day(now_), now_);
}

double centre::factor_at(phase_subject subject, std::uint32_t place, sys_seconds at) const {
  return settings_.play.phases.empty()
             ? 1.0
             : settings_.play.factor(subject, place, at - settings_.start);
}

std::chrono::seconds centre::lasting(double median, double sigma, std::int64_t least,
                                     std::int64_t most) {
  const auto drawn = std::llround(chance_.lognormal(median, sigma));
  return std::chrono::seconds{std::clamp<std::int64_t>(drawn, least, most)};
}

void centre::refresh_skill_weights(sys_seconds at) {
  skill_weights_.resize(people_.skills.size());
  double sum = 0.0;
  for (std::uint32_t i = 0; i < skill_weights_.size(); ++i) {
    sum += people_.skills[i].weight * factor_at(phase_subject::arrivals, i, at);
    skill_weights_[i] = sum;
  }
}

// A Poisson process whose rate is constant within each minute: exact, because waiting has no
// memory.
void centre::plan_next_caller() {
  while (true) {
    const sys_seconds at{std::chrono::seconds{static_cast<std::int64_t>(caller_clock_)}};
    const double minute_ends = (std::floor(caller_clock_ / 60.0) + 1.0) * 60.0;
    if (skill_weights_.empty() || settings_.play.mentions(phase_subject::arrivals)) {
      refresh_skill_weights(at);
    }
    const double per_second = calls_per_day_ * hourly_share(time_.second_of_day(at)) *
                              weekday_factor(time_.weekday(at)) * skill_weights_.back() / 3600.0;
    const double next =
        per_second > 0.0 ? caller_clock_ + chance_.exponential(1.0 / per_second) : minute_ends;
    if (next < minute_ends) {
      caller_clock_ = next;
      const auto second = static_cast<std::int64_t>(next);
      return events_.plan(sys_seconds{std::chrono::seconds{second}}, event_kind::caller);
    }
    caller_clock_ = minute_ends;
  }
}

std::uint32_t centre::draw_skill() {
  const double drawn = chance_.unit() * skill_weights_.back();
  const auto found = std::ranges::upper_bound(skill_weights_, drawn);
  const auto index =
      std::min<std::ptrdiff_t>(found - skill_weights_.begin(), std::ssize(skill_weights_) - 1);
  return static_cast<std::uint32_t>(index);
}

void centre::caller_arrives() {
  const auto skill = draw_skill();
  enter_queue(open_call(call_type::inbound, skill, nobody), draw_patience(skill));
}

std::chrono::seconds centre::draw_patience(std::uint32_t skill) {
  const double scale =
      people_.skills[skill].patience_scale * factor(phase_subject::patience, skill);
  return std::chrono::seconds{
      std::clamp<std::int64_t>(std::llround(chance_.weibull(1.2, std::max(scale, 1.0))), 1, 1800)};
}

std::uint32_t centre::open_call(call_type type, std::uint32_t skill, std::uint32_t campaign) {
  if (free_calls_.empty()) {
    free_calls_.push_back(static_cast<std::uint32_t>(calls_.size()));
    calls_.emplace_back();
  }
  const auto slot = free_calls_.back();
  free_calls_.pop_back();
  auto& call = calls_[slot];
  const auto generation = call.generation + 1;
  call = {.stage = call_stage::waiting,
          .type = type,
          .generation = generation,
          .skill = skill,
          .campaign = campaign,
          .agent = nobody,
          .id = {.serial = ++serial_, .by_machine = type == call_type::ivr_out, .began = now_},
          .since = now_};
  return slot;
}

void centre::close_call(std::uint32_t call) {
  ++calls_[call].generation;
  calls_[call].stage = call_stage::free;
  free_calls_.push_back(call);
}

void centre::enter_queue(std::uint32_t call, std::chrono::seconds patience) {
  auto& entering = calls_[call];
  entering.stage = call_stage::waiting;
  entering.since = now_;
  entering.agent = nobody;
  auto& queue = skills_[entering.skill];
  if (entering.type != call_type::out_pre) {
    ++queue.day.offered;
    ++queue.in_queue;
  }
  events_.plan(now_ + patience, event_kind::gives_up, call, entering.generation);
  if (const auto agent = take_idle(entering.skill)) {
    ring(call, *agent);
  } else {
    queue.waiting.push_back({.call = call, .generation = entering.generation});
  }
}

void centre::gives_up(std::uint32_t call) {
  auto& leaving = calls_[call];
  const auto rung = leaving.stage == call_stage::ringing ? leaving.agent : nobody;
  auto& queue = skills_[leaving.skill];
  if (leaving.type != call_type::out_pre) {
    --queue.in_queue;
    ++queue.day.abandoned;
  }
  write_queue_record(leaving, true);
  close_call(call);
  if (rung != nobody) {
    becomes_free(rung);
  }
}

void centre::ring(std::uint32_t call, std::uint32_t agent) {
  auto& ringing = calls_[call];
  ringing.stage = call_stage::ringing;
  ringing.agent = agent;
  set_activity(agent, activity::ring);
  const std::chrono::seconds rings{ringing.type == call_type::out_pre ? 1 : chance_.between(2, 8)};
  events_.plan(now_ + rings, event_kind::picked_up, call, ringing.generation);
}

void centre::picked_up(std::uint32_t call) {
  auto& answered = calls_[call];
  if (answered.type != call_type::out_pre) {
    auto& queue = skills_[answered.skill];
    --queue.in_queue;
    ++queue.day.answered;
    const auto waited = static_cast<std::size_t>((now_ - answered.since).count());
    ++queue.day.answered_after.at(std::min(waited, waits_kept - 1));
  }
  if (chance_.chance(settings_.answered_share)) {
    write_queue_record(answered, false);
  }
  const auto& skill = people_.skills[answered.skill];
  talk(call,
       lasting(skill.talk_median * factor(phase_subject::talk, answered.skill), 0.65, 4, 5400));
}

void centre::talk(std::uint32_t call, std::chrono::seconds length) {
  auto& talking = calls_[call];
  ++talking.generation;  // nobody gives up any more
  talking.stage = call_stage::talking;
  talking.since = now_;
  auto& day = agents_[talking.agent].day;
  switch (talking.type) {
    case call_type::out_pre:
    case call_type::outbound_ma:
      ++day.outbound;
      set_activity(talking.agent, activity::outbound);
      break;
    case call_type::internal_call:
    case call_type::internal_call_inb:
      ++day.internal;
      set_activity(talking.agent, activity::internal);
      break;
    default:
      ++day.inbound;
      set_activity(talking.agent, activity::inbound);
  }
  events_.plan(now_ + length, event_kind::talk_ends, call, talking.generation);
}

void centre::talk_ends(std::uint32_t call) {
  const auto ended = calls_[call];
  write_record(ended);
  const bool customer = ended.type != call_type::ivr_out &&
                        ended.type != call_type::internal_call &&
                        ended.type != call_type::internal_call_inb;
  if (customer && ended.type != call_type::transfer && chance_.chance(0.04)) {
    transfer(call);
  } else {
    close_call(call);
  }
  if (ended.agent == nobody) {
    return;
  }
  if (!customer) {
    return becomes_free(ended.agent);
  }
  set_activity(ended.agent, activity::acw);
  const auto write_up = records_.calls.back().as_written.first == timeout_code
                            ? std::chrono::seconds{120}
                            : lasting(28.0, 0.6, 3, 119);
  events_.plan(now_ + write_up, event_kind::written_up, ended.agent,
               agents_[ended.agent].generation);
}

// The same call waits for another skill: one conn_id, several rows.
void centre::transfer(std::uint32_t call) {
  auto& moving = calls_[call];
  ++moving.generation;
  moving.type = call_type::transfer;
  moving.skill = draw_skill();
  enter_queue(call, draw_patience(moving.skill));
}

}  // namespace wolkvox::simulator
