// The reports with dates (wolkvox-api.md 5.2 to 5.5): what is published of the records inside the
// window.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "tests/simulator/publication.hpp"
#include "tests/simulator/reports.hpp"
#include "tests/simulator/wire.hpp"

namespace wolkvox::simulator {

namespace {

// Records are in the order of their ends.
template <class Record>
std::span<const Record> inside(const std::vector<Record>& records, const report_request& request) {
  const auto first = std::ranges::lower_bound(records, request.from, {}, &Record::ended);
  const auto last = std::ranges::upper_bound(first, records.end(), request.to, {}, &Record::ended);
  return {first, last};
}

std::string skill_id_text(const centre& what, std::uint32_t skill) {
  return skill == nobody ? std::string() : fmt::format("{}", what.people().skills[skill].id);
}

// "0": no campaign (wolkvox-api.md 5.5).
std::string campaign_id_text(const centre& what, std::uint32_t campaign) {
  return campaign == nobody ? std::string("0")
                            : fmt::format("{}", what.people().campaigns[campaign].id);
}

void detail_row(row_writer& rows, const centre& what, const call_record& call) {
  const auto& who = what.people().agents[call.agent];
  const auto shown = call.codes_at(what.now());
  rows.begin_row();
  rows.text("operation", what.settings().operation);
  rows.text("conn_id", conn_id_text(call.id));
  rows.enumeration("type_call", to_string(call.type));
  rows.text("date", what.time().text(call.ended));
  rows.agent_id(fmt::format("{}", who.id), who.name);
  rows.text("agent_name", who.name);
  rows.text("skill", skill_id_text(what, call.skill));
  rows.seconds("duration", call.duration);
  rows.text("cod_act", classification(shown.first).code);
  rows.text("cod_act_2", classification(shown.second).code);
  rows.personal("telephone", telephone(call.id.serial));
  rows.enumeration("hung_up", call.by_agent ? "agent" : "customer");
  rows.personal("comment", private_comment(call.id.serial));
  rows.text("screecbox", call.id.serial % 5 == 0 ? "yes" : "no");
  rows.text("agent_status", "ACW");
  rows.personal("customer_id", customer_id(call.id.serial));
  rows.personal("destiny", telephone(call.id.serial + 1));
  rows.duration("time", call.duration);
  rows.text("campaign_id", campaign_id_text(what, call.campaign));
  rows.end_row();
}

void cdr_row(row_writer& rows, const centre& what, const call_record& call) {
  const bool agent_known = call.agent != nobody;
  const auto& people = what.people();
  const std::string_view name = agent_known ? people.agents[call.agent].name : std::string_view();
  const auto shown = call.codes_at(what.now());
  rows.begin_row();
  rows.text("agent_name", name);
  rows.text("date", what.time().text(call.ended));
  rows.personal("destiny", telephone(call.id.serial + 1));
  rows.personal("telephone", telephone(call.id.serial));
  rows.text("cost", decimal(cost_hundredths(call.type, call.duration)));
  rows.seconds("time_seg", call.duration);
  rows.integer("time_min", minutes_begun(call.duration));
  rows.text("cod_act", classification(shown.first).code);
  rows.text("cod_act_2", classification(shown.second).code);
  rows.text("description_cod_act", classification(shown.first).description);
  rows.text("description_cod_act_2", classification(shown.second).description);
  rows.enumeration("type_interaction", to_string(call.type));
  rows.personal("customer_id", customer_id(call.id.serial));
  rows.enumeration("hang_up", call.by_agent ? "agent" : "customer");
  rows.text("campaign_id", campaign_id_text(what, call.campaign));
  rows.text("conn_id", conn_id_text(call.id));
  rows.text("skill_id", skill_id_text(what, call.skill));
  rows.text("skill_name", call.skill == nobody ? std::string_view()
                                               : std::string_view(people.skills[call.skill].name));
  rows.agent_id(fmt::format("{}", agent_known ? people.agents[call.agent].id : routing_point),
                name);
  rows.personal("comment", private_comment(call.id.serial));
  rows.end_row();
}

struct hold_mute_sum {
  std::int64_t uses = 0;
  std::int64_t hold = 0;
  std::int64_t mute = 0;
};

void hold_mute_row(row_writer& rows, std::string_view name, const hold_mute_sum& sum) {
  rows.begin_row();
  rows.text("agent_name", name);
  rows.integer("count", sum.uses);
  rows.duration("hold_time", sum.hold);
  rows.duration("mute_time", sum.mute);
  rows.duration("total_time", sum.hold + sum.mute);
  rows.end_row();
}

}  // namespace

written_rows abandoned_calls(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (const auto& call : inside(what.records().queue, request)) {
    const auto& skill = what.people().skills[call.skill];
    if (call.visible > what.now() || (request.skill_id && *request.skill_id != skill.id)) {
      continue;
    }
    if (rows.full()) {
      break;
    }
    rows.begin_row();
    rows.text("skill_name", skill.name);
    rows.text("skill_id", fmt::format("{}", skill.id));
    rows.text("conn_id", conn_id_text(call.id));
    rows.text("date", what.time().text(call.ended));
    rows.enumeration("result", call.abandoned ? "ABANDON" : "ANSWER");
    rows.personal("ani", telephone(call.id.serial));
    rows.seconds("abandon_time", call.waited);
    rows.enumeration("type_interaction", to_string(call.type));
    rows.personal("customer_id", customer_id(call.id.serial));
    rows.end_row();
  }
  return rows.take();
}

written_rows hold_mute(const centre& what, const report_request& request) {
  std::vector<hold_mute_sum> sums(what.agents().size());
  hold_mute_sum total;
  for (const auto& call : inside(what.records().calls, request)) {
    if (call.hold_mute_uses == 0 ||
        visible_in_sums_at(call.visible, what.settings().publication) > what.now()) {
      continue;
    }
    for (auto* const sum : {&sums[call.agent], &total}) {
      sum->uses += call.hold_mute_uses;
      sum->hold += call.hold;
      sum->mute += call.mute;
    }
  }
  row_writer rows(request.odd, request.row_cap);
  for (std::size_t i = 0; i < sums.size() && !rows.full(); ++i) {
    if (sums[i].uses > 0) {
      hold_mute_row(rows, what.people().agents[i].name, sums[i]);
    }
  }
  // Possible by an older text of the report (wolkvox-api.md 5.3).
  if ((request.totals_row || request.odd == fault_kind::totals_row) && total.uses > 0) {
    hold_mute_row(rows, "Total", total);
  }
  return rows.take();
}

written_rows agents_detail(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  for (const auto& call : inside(what.records().calls, request)) {
    if (rows.full()) {
      break;
    }
    if (call.visible <= what.now() && call.agent != nobody) {
      detail_row(rows, what, call);
    }
  }
  return rows.take();
}

// Newest first, as observed.
written_rows call_details(const centre& what, const report_request& request) {
  row_writer rows(request.odd, request.row_cap);
  const auto calls = inside(what.records().calls, request);
  for (auto call = calls.rbegin(); call != calls.rend() && !rows.full(); ++call) {
    if (call->visible <= what.now()) {
      cdr_row(rows, what, *call);
    }
  }
  return rows.take();
}

}  // namespace wolkvox::simulator
