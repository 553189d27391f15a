// real_time.php (wolkvox-api.md 5.1, 6.1).
#include <fmt/format.h>

#include "tests/simulator/reports.hpp"

namespace wolkvox::simulator {

namespace {

std::int64_t spent(const agent_day& day, activity doing) {
  return day.seconds.at(static_cast<std::size_t>(doing));
}

void agent_row(row_writer& rows, const agent& who, const agent_state& state, sys_seconds now) {
  const auto day = state.day_until(now);
  const auto inbound = spent(day, activity::inbound);
  const auto outbound = spent(day, activity::outbound);
  const auto acw = spent(day, activity::acw);
  const auto aux = spent(day, activity::pause);
  std::int64_t login = -spent(day, activity::logout);
  for (const auto each : day.seconds) {
    login += each;
  }
  const std::int64_t handled = day.inbound + day.outbound;
  const fmt::format_int id(who.id);
  rows.begin_row();
  rows.agent_id({id.data(), id.size()}, who.name);
  rows.text("agent_name", who.name);
  rows.enumeration("agent_status", status_text(state.doing, state.pause));
  rows.integer("calls", handled + day.internal);
  rows.integer("inbound", day.inbound);
  rows.integer("outbound", day.outbound);
  rows.integer("internal", day.internal);
  rows.seconds("time_state_now", (now - state.since).count());
  rows.duration("ready_time", spent(day, activity::ready));
  rows.duration("inbound_time", inbound);
  rows.duration("outbound_time", outbound);
  rows.duration("acw_time", acw);
  rows.duration("ring_time", spent(day, activity::ring));
  rows.duration("login_time", login);
  rows.duration("aht_time", handled > 0 ? (inbound + outbound + acw) / handled : 0);
  // The vendor's formula: wolkvox-api.md 4.
  rows.percentage("ocupation", inbound + outbound + acw, login - aux);
  rows.duration("aux_time", aux);
  rows.end_row();
}

}  // namespace

written_rows live_agents(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (std::size_t i = 0; i < what.agents().size() && !rows.full(); ++i) {
    agent_row(rows, what.people().agents[i], what.agents()[i], what.now());
  }
  return rows.take();
}

written_rows live_skills(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  const auto asked = request.services_time;
  const bool own_level = asked != 0 && asked != 10 && asked != 20 && asked != 30;
  const auto own_name = fmt::format("service_level_{}seg", own_level ? asked : 0);
  for (std::size_t i = 0; i < what.skills().size() && !rows.full(); ++i) {
    const auto& skill = what.people().skills[i];
    if (request.skill_id && *request.skill_id != skill.id) {
      continue;
    }
    const auto& state = what.skills()[i];
    const auto& day = state.day;
    rows.begin_row();
    rows.text("skill_id", fmt::format("{}", skill.id));
    rows.text("skill_name", skill.name);
    rows.integer("calls_in_queue_now", state.in_queue);
    rows.integer("stat_inbound", day.offered);
    rows.integer("stat_answer", day.answered);
    rows.integer("stat_abandon", day.abandoned);
    rows.percentage("service_level_10seg", day.answered_within(10), day.offered);
    rows.percentage("service_level_20seg", day.answered_within(20), day.offered);
    rows.percentage("service_level_30seg", day.answered_within(30), day.offered);
    rows.percentage(own_name, own_level ? day.answered_within(asked) : 0, day.offered);
    rows.percentage("by_abandon", day.abandoned, day.offered);
    rows.end_row();
  }
  return rows.take();
}

written_rows live_campaigns(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (std::uint32_t i = 0; i < what.campaigns().size() && !rows.full(); ++i) {
    const auto& campaign = what.people().campaigns[i];
    const auto& state = what.campaigns()[i];
    const auto& day = state.day;
    const auto dialled_in_last_minute = std::ranges::count_if(
        state.last_minute,
        [&](sys_seconds at) { return what.now() - at < std::chrono::minutes{1}; });
    rows.begin_row();
    // Split on " - " by clients (wolkvox-api.md 6.1).
    rows.text("campaign", fmt::format("{} - {} - predictive", campaign.id, campaign.name));
    rows.integer("speed", campaign.speed);
    rows.enumeration("status", what.campaign_running(i) ? "started" : "stopped");
    rows.text("skill_id", fmt::format("{}", what.people().skills[campaign.skill].id));
    rows.integer("records", campaign.records);
    rows.integer("clean", state.clean);
    rows.integer("dial", day.dialled);
    rows.integer("answer", day.answered);
    rows.integer("no_answer", day.no_answer);
    rows.integer("busy/congestion/failed", day.busy);
    rows.integer("answer_machine", day.machine);
    rows.percentage("penetration_day", day.dialled, campaign.records);
    rows.percentage("penetration_now", campaign.records - state.clean, campaign.records);
    rows.integer("hits", day.hits);
    rows.integer("calls_x_min", dialled_in_last_minute);
    rows.integer("recycled", day.recycled);
    rows.end_row();
  }
  return rows.take();
}

}  // namespace wolkvox::simulator
