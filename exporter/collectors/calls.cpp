// Calls handled by agents: customer.php?api=agents_detail, one row each (wolkvox-api.md 5.4, seed
// 000; contract 4.6). A transferred call has a row per agent, skill and type. People edit the
// classification codes for a while: they count once the call is old enough (`codes_settle`).
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/entity_names.hpp"
#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/collectors/spelling.hpp"
#include "exporter/collectors/windows.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t {
  conn_id,
  type_call,
  call_date,
  agent_id,
  agent_name,
  skill,
  duration,
  hung_up,
  cod_act,
  cod_act_2,
  campaign_id,
  field_count
};

// `time` is not read: its unit is not stated, and `duration` says the same (wolkvox-api.md 5.4).
constexpr std::array fields{
    spelled<"conn_id">,
    needed<"type_call", "type_interaction">,
    needed<"date">,
    needed<"agent_id">,
    spelled<"agent_name">,
    needed<"skill", "skill_id">,
    needed<"duration">,
    needed<"hung_up", "hang_up">,
    spelled<"cod_act", "code_act">,
    spelled<"cod_act_2", "code_act_2">,
    spelled<"campaign_id", "campaing_id", "id_campaing">,
};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

struct call_row {
  std::string_view conn_id;
  std::string_view date_text;
  std::string_view agent_id;
  std::string_view agent_name;
  std::string_view skill_id;
  std::string_view campaign_id;
  std::string_view code;
  std::string_view code_2;
  std::string interaction;
  std::string hung_up;
  std::optional<metrics::quantity> duration;
  std::optional<sys_seconds> at;
};

call_row read_row(cells& cell, const date::time_zone& zone) {
  return {
      .conn_id = cell.text_or_empty(conn_id),
      .date_text = cell.text_or_empty(call_date),
      .agent_id = cell.agent_id(agent_id),
      .agent_name = cell.text_or_empty(agent_name),
      .skill_id = cell.text_or_empty(skill),
      .campaign_id = cell.campaign_id(campaign_id),
      .code = cell.text_or_empty(cod_act),
      .code_2 = cell.text_or_empty(cod_act_2),
      .interaction = cell.enumeration(type_call),
      .hung_up = cell.enumeration(hung_up),
      .duration = cell.duration_so_far(duration),
      .at = cell.date(call_date, zone),
  };
}

constexpr std::array families{family_id::calls_total, family_id::call_duration_seconds,
                              family_id::call_codes_total};

class calls_reading final : public reading {
 public:
  explicit calls_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)), draft_(*context_, result_, families) {}

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    const auto call = read_row(cell, *context_->zone);
    result_.dates.learn(call.at, call.conn_id, call.duration, context_->now);
    names_.learn(metrics::named_thing::agent, call.agent_id, call.agent_name);
    const bool is_unfinished =
        call.agent_id.empty() && call.skill_id.empty() && call.duration == metrics::quantity{};
    if (is_unfinished && draft_.is_settling(call.at)) {
      return ignore_row(result_, "unfinished");
    }
    count(call, view.text());
  }

  outcome finish() override { return std::move(result_); }

 private:
  void count(const call_row& call, std::uint64_t text) {
    paired_labels by_agent{*context_};
    by_agent.agent(call.agent_id, call.agent_name);
    name_queue(by_agent, call);
    draft_.add(draft_.series(
                   family_id::calls_total,
                   by_agent.with({{"interaction", call.interaction}, {"hung_up", call.hung_up}})),
               metrics::quantity::from_count(1));
    paired_labels labels{*context_};
    name_queue(labels, call);
    draft_.observe(family_id::call_duration_seconds,
                   labels.with({{"interaction", call.interaction}}), call.duration, call.at);
    const bool has_codes = !(call.code.empty() && call.code_2.empty());
    if (has_codes && call.at.value_or(context_->window->begin) <
                         context_->now - context_->settings.codes_settle) {
      draft_.add(draft_.series(family_id::call_codes_total,
                               labels.with({{"code", call.code}, {"code_2", call.code_2}})),
                 metrics::quantity::from_count(1));
    }
    draft_.row({.id = draft_.identify_record(
                    call.conn_id, call.date_text,
                    {call.agent_id, call.skill_id, call.interaction, call.campaign_id}),
                .fingerprint =
                    draft_.fingerprint({call.agent_id, call.skill_id, call.interaction,
                                        call.campaign_id, call.hung_up, to_part(call.duration)}),
                .bearer = draft_.bearer({call.agent_id, call.skill_id, call.interaction}),
                .text = text},
               call.at);
  }

  static void name_queue(paired_labels& labels, const call_row& call) {
    labels.skill(call.skill_id, {});
    labels.campaign(call.campaign_id, {});
  }

  std::shared_ptr<const poll_context> context_;
  outcome result_;
  name_learning names_{*context_, result_};
  settlement_draft draft_;
};

std::vector<api::report_query> queries(const poll_context& context) {
  return {{.file = "customer.php",
           .api = "agents_detail",
           .parameters = window_parameters(context),
           .schema = &schema,
           .schema_owner = {}}};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<calls_reading>(std::move(context));
}

}  // namespace

constinit const definition calls_collector{.name = "calls",
                                           .kind = report_kind::window,
                                           .families = families,
                                           .queries = queries,
                                           .begin = begin,
                                           .listed_live = family_id::skill_answered_calls_total};

}  // namespace wolkvox::collectors
