// Call detail records with cost: reports_manager.php?api=cdr_1, one row each (wolkvox-api.md 5.5,
// seed 004; contract 4.7). Of an IVR call `agent_id` is a routing number and the name is empty: the
// id is kept as it is.
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
  agent_id,
  agent_name,
  call_date,
  time_seg,
  time_min,
  cost,
  type_interaction,
  hang_up,
  campaign_id,
  skill_id,
  skill_name,
  conn_id,
  field_count
};

constexpr std::array fields{
    needed<"agent_id">,
    spelled<"agent_name">,
    needed<"date">,
    needed<"time_seg">,
    spelled<"time_min">,
    needed<"cost">,
    needed<"type_interaction", "type_call">,
    needed<"hang_up", "hung_up">,
    spelled<"campaign_id", "campaing_id", "id_campaing">,
    needed<"skill_id", "skill">,
    spelled<"skill_name">,
    spelled<"conn_id">,
};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

struct cdr_row {
  std::string_view conn_id;
  std::string_view date_text;
  std::string_view agent_id;
  std::string_view agent_name;
  std::string_view skill_id;
  std::string_view skill_name;
  std::string_view campaign_id;
  std::string interaction;
  std::string hung_up;
  std::optional<metrics::quantity> talk;
  std::optional<metrics::quantity> billed;
  std::optional<metrics::quantity> cost;
  std::optional<sys_seconds> at;
};

// `time_min` is minutes, rounded up by the platform (wolkvox-api.md 5.5); in range after cells'
// limit.
std::optional<metrics::quantity> billed_seconds(cells& cell) {
  const auto minutes = cell.decimal_amount(time_min);
  return minutes ? std::optional{metrics::quantity::from_micros(minutes->micros() * 60)}
                 : std::nullopt;
}

cdr_row read_row(cells& cell, const date::time_zone& zone) {
  return {
      .conn_id = cell.text_or_empty(conn_id),
      .date_text = cell.text_or_empty(call_date),
      .agent_id = cell.agent_id(agent_id),
      .agent_name = cell.text_or_empty(agent_name),
      .skill_id = cell.text_or_empty(skill_id),
      .skill_name = cell.text_or_empty(skill_name),
      .campaign_id = cell.campaign_id(campaign_id),
      .interaction = cell.enumeration(type_interaction),
      .hung_up = cell.enumeration(hang_up),
      .talk = cell.duration_so_far(time_seg),
      .billed = billed_seconds(cell),
      .cost = cell.decimal_amount(cost),
      .at = cell.date(call_date, zone),
  };
}

constexpr std::array families{family_id::cdr_calls_total, family_id::cdr_talk_seconds_total,
                              family_id::cdr_billed_seconds_total, family_id::cdr_cost_total};

class cdr_reading final : public reading {
 public:
  explicit cdr_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)), draft_(*context_, result_, families) {}

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    const auto call = read_row(cell, *context_->zone);
    result_.dates.learn(call.at, call.conn_id, call.talk, context_->now);
    names_.learn(metrics::named_thing::agent, call.agent_id, call.agent_name);
    names_.learn(metrics::named_thing::skill, call.skill_id, call.skill_name);

    const bool is_unfinished =
        call.agent_id.empty() && call.skill_id.empty() && call.talk == metrics::quantity{};
    if (is_unfinished && draft_.is_settling(call.at)) {
      return ignore_row(result_, "unfinished");
    }
    count(call, view.text());
  }

  outcome finish() override { return std::move(result_); }

 private:
  void count(const cdr_row& call, std::uint64_t text) {
    paired_labels labels{*context_};
    labels.agent(call.agent_id, call.agent_name);
    labels.skill(call.skill_id, call.skill_name);
    labels.campaign(call.campaign_id, {});
    const label_view interaction{"interaction", call.interaction};
    draft_.add_amount(family_id::cdr_calls_total,
                      labels.with({interaction, {"hung_up", call.hung_up}}),
                      metrics::quantity::from_count(1));
    draft_.add_amount(family_id::cdr_talk_seconds_total, labels.with({interaction}), call.talk);
    draft_.add_amount(family_id::cdr_billed_seconds_total, labels.with({interaction}), call.billed);
    draft_.add_amount(family_id::cdr_cost_total,
                      labels.with({interaction, {"currency", context_->operation->currency}}),
                      call.cost);
    draft_.row({.id = draft_.identify_record(
                    call.conn_id, call.date_text,
                    {call.agent_id, call.skill_id, call.interaction, call.campaign_id}),
                .fingerprint = draft_.fingerprint(
                    {call.agent_id, call.skill_id, call.interaction, call.campaign_id, call.hung_up,
                     to_part(call.talk), to_part(call.billed), to_part(call.cost)}),
                .bearer = draft_.bearer({call.agent_id, call.skill_id, call.interaction}),
                .text = text},
               call.at);
  }

  std::shared_ptr<const poll_context> context_;
  outcome result_;
  name_learning names_{*context_, result_};
  settlement_draft draft_;
};

std::vector<api::report_query> queries(const poll_context& context) {
  return {{.file = "reports_manager.php",
           .api = "cdr_1",
           .parameters = window_parameters(context),
           .schema = &schema,
           .schema_owner = {}}};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<cdr_reading>(std::move(context));
}

}  // namespace

constinit const definition cdr_collector{.name = "cdr",
                                         .kind = report_kind::window,
                                         .families = families,
                                         .queries = queries,
                                         .begin = begin,
                                         .listed_live = family_id::skill_answered_calls_total};

}  // namespace wolkvox::collectors
