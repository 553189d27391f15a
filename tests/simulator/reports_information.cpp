// information.php (wolkvox-api.md 6.2).
#include <fmt/format.h>

#include "tests/simulator/reports.hpp"

namespace wolkvox::simulator {

written_rows agent_list(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (std::size_t i = 0; i < what.agents().size() && !rows.full(); ++i) {
    const auto& who = what.people().agents[i];
    const auto& state = what.agents()[i];
    rows.begin_row();
    rows.agent_id(fmt::format("{}", who.id), who.name);
    rows.text("agent_name", who.name);
    rows.personal("agent_dni", fmt::format("DNI-{:08}", who.id * 7919ULL % 100'000'000));
    rows.enumeration("agent_status", status_text(state.doing, state.pause));
    rows.text("last_use", what.time().text(state.last_login));
    rows.text("agent_sso", "");
    rows.text("enabled", "yes");
    rows.end_row();
  }
  return rows.take();
}

written_rows skill_list(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (const auto& skill : what.people().skills) {
    if (rows.full()) {
      break;
    }
    rows.begin_row();
    rows.text("skill_id", fmt::format("{}", skill.id));
    rows.text("skill_name", skill.name);
    rows.text("skill_description", "");
    rows.text("last_use", what.time().text(what.now()));
    rows.end_row();
  }
  return rows.take();
}

written_rows campaign_list(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (std::uint32_t i = 0; i < what.campaigns().size() && !rows.full(); ++i) {
    const auto& campaign = what.people().campaigns[i];
    rows.begin_row();
    rows.text("campaign_id", fmt::format("{}", campaign.id));
    rows.text("campaign_name", campaign.name);
    rows.text("type_campaign", "predictive");
    rows.enumeration("status", what.campaign_running(i) ? "started" : "stopped");
    rows.integer("records", campaign.records);
    rows.integer("speed", campaign.speed);
    rows.text("dial_mode", "");
    rows.text("last_use", what.time().text(what.campaigns()[i].last_use));
    rows.integer("recycled", what.campaigns()[i].day.recycled);
    rows.text("turbo_dial", "no");
    rows.text("skill_id", fmt::format("{}", what.people().skills[campaign.skill].id));
    rows.end_row();
  }
  return rows.take();
}

written_rows token_info(const centre& /*what*/, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  const auto& spent = *request.spent;
  rows.begin_row();
  rows.text("description", "exporter");
  rows.integer("token_limit", static_cast<std::int64_t>(spent.limit()));
  rows.integer("token_use_today", static_cast<std::int64_t>(spent.used()));
  rows.integer("all_token_today", static_cast<std::int64_t>(spent.used()));
  rows.integer("available_consumption_options",
               static_cast<std::int64_t>(spent.limit() - spent.used()));
  rows.end_row();
  return rows.take();
}

}  // namespace wolkvox::simulator
