// The contact centre itself: pure and deterministic. Given the same settings, the same history
// comes out whatever the steps in which advance() is called. No I/O, no clock of its own. Sources:
// centre.cpp (the loop, callers and calls), centre_records.cpp (what remains of them),
// centre_agents.cpp (shifts, pauses, who takes which call), centre_outgoing.cpp (colleagues, manual
// calls, predictive campaigns).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/simulator/event_queue.hpp"
#include "tests/simulator/live_state.hpp"
#include "tests/simulator/local_time.hpp"
#include "tests/simulator/population.hpp"
#include "tests/simulator/random.hpp"
#include "tests/simulator/records.hpp"
#include "tests/simulator/settings.hpp"

namespace wolkvox::simulator {

class centre {
 public:
  // Lives through the history up to settings.start. Throws std::invalid_argument for an unknown
  // zone.
  explicit centre(centre_settings settings);

  // Everything up to and including `now` happens. Going back does nothing.
  void advance(sys_seconds now);

  sys_seconds now() const { return now_; }
  const centre_settings& settings() const { return settings_; }
  const population& people() const { return people_; }
  const local_time& time() const { return time_; }
  const history& records() const { return records_; }
  const std::vector<agent_state>& agents() const { return agents_; }
  const std::vector<skill_state>& skills() const { return skills_; }
  const std::vector<campaign_state>& campaigns() const { return campaigns_; }
  bool campaign_running(std::uint32_t campaign) const;

 private:
  enum class call_stage : std::uint8_t { free, waiting, ringing, talking };

  // A call in progress. Slots are used again; the generation tells old references from new ones.
  struct live_call {
    call_stage stage = call_stage::free;
    call_type type = call_type::inbound;
    std::uint32_t generation = 0;
    std::uint32_t skill = nobody;
    std::uint32_t campaign = nobody;
    std::uint32_t agent = nobody;
    call_id id;
    sys_seconds since{};  // of the stage; waiting and ringing count as one
  };

  void happen(const event& what);
  void begin_day();
  void plan_shifts(std::int64_t day, sys_seconds not_before);
  double factor_at(phase_subject subject, std::uint32_t place, sys_seconds at) const;
  double factor(phase_subject subject, std::uint32_t place) const {
    return factor_at(subject, place, now_);
  }
  std::chrono::seconds lasting(double median, double sigma, std::int64_t least, std::int64_t most);

  // Callers and calls.
  void plan_next_caller();
  void refresh_skill_weights(sys_seconds at);
  std::uint32_t draw_skill();
  void caller_arrives();
  std::uint32_t open_call(call_type type, std::uint32_t skill, std::uint32_t campaign);
  void close_call(std::uint32_t call);
  void enter_queue(std::uint32_t call, std::chrono::seconds patience);
  std::chrono::seconds draw_patience(std::uint32_t skill);
  void gives_up(std::uint32_t call);
  void ring(std::uint32_t call, std::uint32_t agent);
  void picked_up(std::uint32_t call);
  void talk(std::uint32_t call, std::chrono::seconds length);
  void talk_ends(std::uint32_t call);
  void transfer(std::uint32_t call);

  // Records.
  void write_record(const live_call& call);
  void hold_and_mute(call_record& record);
  void classify(call_record& record);
  void write_queue_record(const live_call& call, bool abandoned);

  // Agents.
  void set_activity(std::uint32_t agent, activity doing);
  void becomes_free(std::uint32_t agent);
  void becomes_ready(std::uint32_t agent);
  void takes_pause(std::uint32_t agent, pause_kind pause, std::chrono::seconds length);
  void takes_due_pause(std::uint32_t agent);
  void logs_in(std::uint32_t agent);
  void logs_out(std::uint32_t agent);
  void plan_pause(std::uint32_t agent);
  bool kept_away(std::uint32_t agent) const;
  std::optional<std::uint32_t> peek_idle(std::uint32_t skill);
  std::optional<std::uint32_t> take_idle(std::uint32_t skill);
  std::optional<std::uint32_t> next_waiting(std::uint32_t agent);

  // Outgoing.
  void plan_next(event_kind kind, double share_of_inbound);
  void colleague_call();
  void manual_call();
  void plan_next_dial(std::uint32_t campaign);
  void dials(std::uint32_t campaign);
  void dial_result(std::uint32_t campaign);

  centre_settings settings_;
  local_time time_;
  population people_;
  double calls_per_day_;
  random_source chance_;
  event_queue events_;
  sys_seconds now_{};
  double caller_clock_ = 0.0;          // arrival time of the last caller, with its fraction
  std::vector<double> skill_weights_;  // cumulative, with the scenario's factors
  std::uint32_t serial_ = 0;

  std::vector<agent_state> agents_;
  std::vector<skill_state> skills_;
  std::vector<campaign_state> campaigns_;
  std::vector<live_call> calls_;
  std::vector<std::uint32_t> free_calls_;
  history records_;
};

}  // namespace wolkvox::simulator
