// Abandoned interactions: reports_manager.php?api=skill_2&skill_id=all, one row each
// (wolkvox-api.md 5.2, seed 002; contract 4.4). The seed describes `result` as "abandoned -
// answered": never every row is an abandon.
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/entity_names.hpp"
#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/collectors/spelling.hpp"
#include "exporter/collectors/windows.hpp"
#include "metrics/exemplar.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t {
  skill_id,
  skill_name,
  conn_id,
  call_date,
  result,
  abandon_time,
  type_interaction,
  field_count
};

constexpr std::array fields{
    needed<"skill_id", "skill">,
    spelled<"skill_name">,
    spelled<"conn_id">,
    needed<"date">,
    needed<"result">,
    needed<"abandon_time">,
    needed<"type_interaction", "type_call">,
};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

struct abandoned_row {
  std::string_view skill_id;
  std::string_view skill_name;
  std::string_view conn_id;
  std::string_view date_text;
  std::string interaction;
  std::optional<metrics::quantity> wait;
  std::optional<sys_seconds> at;
};

// ABANDON, abandoned, Abandonada … (wolkvox-api.md 4, result of skill_2).
bool says_abandoned(const cells& cell) {
  return api::fold_enumeration(cell.text_or_empty(result)).contains("abandon");
}

abandoned_row read_row(cells& cell, const date::time_zone& zone) {
  return {
      .skill_id = cell.text_or_empty(skill_id),
      .skill_name = cell.text_or_empty(skill_name),
      .conn_id = cell.text_or_empty(conn_id),
      .date_text = cell.text_or_empty(call_date),
      .interaction = cell.enumeration(type_interaction),
      .wait = cell.duration_so_far(abandon_time),
      .at = cell.date(call_date, zone),
  };
}

constexpr std::array families{family_id::abandoned_calls_total,
                              family_id::abandoned_call_wait_seconds};

class abandoned_calls_reading final : public reading {
 public:
  explicit abandoned_calls_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)), draft_(*context_, result_, families) {}

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    if (!says_abandoned(cell)) {
      return ignore_row(result_, "result");
    }
    const auto call = read_row(cell, *context_->zone);
    result_.dates.learn(call.at, call.conn_id, call.wait, context_->now);
    names_.learn(metrics::named_thing::skill, call.skill_id, call.skill_name);

    const bool is_unfinished = call.skill_id.empty() && call.wait == metrics::quantity{};
    if (is_unfinished && draft_.is_settling(call.at)) {
      return ignore_row(result_, "unfinished");
    }
    count(call, view.text());
  }

  outcome finish() override {
    start_at_zero();
    return std::move(result_);
  }

 private:
  void count(const abandoned_row& call, std::uint64_t text) {
    paired_labels labels{*context_};
    labels.skill(call.skill_id, call.skill_name);
    draft_.add(draft_.series(family_id::abandoned_calls_total,
                             labels.with({{"interaction", call.interaction}})),
               metrics::quantity::from_count(1));
    draft_.observe(family_id::abandoned_call_wait_seconds, labels.with({}), call.wait, call.at);
    draft_.row(
        {.id = draft_.identify_record(call.conn_id, call.date_text,
                                      {call.skill_id, call.interaction}),
         .fingerprint = draft_.fingerprint({call.skill_id, call.interaction, to_part(call.wait)}),
         .bearer = draft_.bearer({call.skill_id, call.interaction}),
         .text = text,
         .conn_id = exemplar_of(call)},
        call.at);
  }

  // Where asked for (`exemplars`), and only beside the date that the row itself gives.
  std::string exemplar_of(const abandoned_row& call) const {
    const bool shown = context_->settings.exemplars && call.at.has_value() &&
                       metrics::is_fit_for_exemplar(call.conn_id);
    return shown ? std::string{call.conn_id} : std::string{};
  }

  // Every skill of the roster (contract 4.8), so that its first abandoned call shows as an
  // increase: inbound is what callers do.
  void start_at_zero() {
    for (const auto& [id, name] : context_->names->all(metrics::named_thing::skill)) {
      paired_labels labels{*context_};
      labels.skill(id, name);
      draft_.series(family_id::abandoned_calls_total, labels.with({{"interaction", "inbound"}}));
      draft_.series(family_id::abandoned_call_wait_seconds, labels.with({}));
    }
  }

  std::shared_ptr<const poll_context> context_;
  outcome result_;
  name_learning names_{*context_, result_};
  settlement_draft draft_;
};

std::vector<api::report_query> queries(const poll_context& context) {
  api::report_query query{.file = "reports_manager.php",
                          .api = "skill_2",
                          .parameters = window_parameters(context),
                          .schema = &schema,
                          .schema_owner = {}};
  query.parameters.insert(query.parameters.begin(), {"skill_id", "all"});
  return {std::move(query)};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<abandoned_calls_reading>(std::move(context));
}

}  // namespace

constinit const definition abandoned_calls_collector{
    .name = "abandoned_calls",
    .kind = report_kind::window,
    .families = families,
    .queries = queries,
    .begin = begin,
    .listed_live = family_id::skill_abandoned_calls_total};

}  // namespace wolkvox::collectors
