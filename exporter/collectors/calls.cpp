// Calls handled by agents: customer.php?api=agents_detail, one row each (wolkvox-api.md 5.4, seed
// 000; contract 4.6). A transferred call has a row per agent, skill and type. People edit the
// classification codes for a while: codes count as a row of their own, once the call is old enough
// (`codes_settle`).
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
  date_,
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
      .date_text = cell.text_or_empty(date_),
      .agent_id = cell.agent_id(agent_id),
      .agent_name = cell.text_or_empty(agent_name),
      .skill_id = cell.text_or_empty(skill),
      .campaign_id = cell.campaign_id(campaign_id),
      .code = cell.text_or_empty(cod_act),
      .code_2 = cell.text_or_empty(cod_act_2),
      .interaction = cell.enumeration(type_call),
      .hung_up = cell.enumeration(hung_up),
      .duration = cell.duration_amount(duration),
      .at = cell.date(date_, zone),
  };
}

class calls_reading final : public reading {
 public:
  explicit calls_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)), draft_(*context_, result_) {}

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    const auto call = read_row(cell, *context_->zone);
    result_.dates.learn(call.at, call.conn_id, call.duration, context_->now);
    names_.learn(metrics::named_thing::agent, call.agent_id, call.agent_name);
    const auto at = call.at.value_or(context_->window->begin);
    count_call(call, at);
    if (!(call.code.empty() && call.code_2.empty()) &&
        at < context_->now - context_->settings.codes_settle) {
      count_codes(call, at);
    }
  }

  outcome finish() override { return std::move(result_); }

 private:
  void count_call(const call_row& call, sys_seconds at) {
    paired_labels by_agent{*context_};
    by_agent.agent(call.agent_id, call.agent_name);
    name_queue(by_agent, call);
    draft_.add(draft_.series(
                   family_id::calls_total,
                   by_agent.with({{"interaction", call.interaction}, {"hung_up", call.hung_up}})),
               metrics::quantity::from_count(1));
    if (call.duration) {
      paired_labels labels{*context_};
      name_queue(labels, call);
      draft_.add(draft_.series(family_id::call_duration_seconds,
                               labels.with({{"interaction", call.interaction}})),
                 *call.duration);
    }
    draft_.row({.id = identify("calls", call),
                .fingerprint =
                    draft_.fingerprint({call.hung_up, to_part(call.duration), call.campaign_id}),
                .at = at});
  }

  void count_codes(const call_row& call, sys_seconds at) {
    paired_labels labels{*context_};
    name_queue(labels, call);
    draft_.add(draft_.series(family_id::call_codes_total,
                             labels.with({{"code", call.code}, {"code_2", call.code_2}})),
               metrics::quantity::from_count(1));
    // With the duration: legs that share an identity and count as two calls count their codes twice
    // too.
    draft_.row({.id = identify("codes", call),
                .fingerprint = draft_.fingerprint({call.code, call.code_2, to_part(call.duration)}),
                .at = at,
                .tell = metrics::telling::silent});
  }

  static void name_queue(paired_labels& labels, const call_row& call) {
    labels.skill(call.skill_id, {});
    labels.campaign(call.campaign_id, {});
  }

  // The date decides nothing (contract 5.2). Without a conn_id: all that is stable, the codes are
  // not.
  metrics::identity identify(std::string_view what, const call_row& call) const {
    if (call.conn_id.empty()) {
      return draft_.identify({what, "fields", call.agent_id, call.skill_id, call.interaction,
                              call.date_text, call.campaign_id, call.hung_up,
                              to_part(call.duration)});
    }
    return draft_.identify(
        {what, "conn_id", call.conn_id, call.agent_id, call.skill_id, call.interaction});
  }

  std::shared_ptr<const poll_context> context_;
  outcome result_;
  name_learning names_{*context_, result_};
  settlement_draft draft_;
};

constexpr family_id families[] = {family_id::calls_total, family_id::call_duration_seconds,
                                  family_id::call_codes_total};

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
