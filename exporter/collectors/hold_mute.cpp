// Hold and mute: reports_manager.php?api=agent_9, one row per agent for a window that begins at
// local midnight (wolkvox-api.md 5.3, seed 001; contract 4.5, 5.5). Rows are totals so far: only
// their growth counts. The report has no agent ids; they are found by name in the roster.
#include <algorithm>
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/collectors/spelling.hpp"
#include "exporter/collectors/windows.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t { agent_name, count, hold_time, mute_time, field_count };

// `total_time` is not read: it is the sum of the two.
constexpr std::array fields{needed<"agent_name">, one_of<"count">, one_of<"hold_time">,
                            one_of<"mute_time">};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

struct hold_mute_row {
  std::string_view agent_name;
  std::optional<metrics::quantity> uses;
  std::optional<metrics::quantity> hold;
  std::optional<metrics::quantity> mute;
};

// "Consolidated for the entire operation" (seed 001): a totals row is possible, its name is assumed
// (5.3).
bool is_totals(std::string_view folded_name) {
  constexpr std::array<std::string_view, 9> names{
      "total",      "totals",      "totales",     "total general", "totales generales",
      "gran total", "grand total", "consolidado", "consolidated"};
  return std::ranges::find(names, folded_name) != names.end();
}

// One total of one agent over the rows that bear the name: left out as soon as one row's is
// unreadable, since a part of it would look like a fall.
class day_total {
 public:
  void add(cells& cell, std::size_t field, std::optional<metrics::quantity> amount) {
    if (!amount) {
      unreadable_ = unreadable_ || cell.text(field).has_value();
      return;
    }
    const auto sum = sum_.value_or(metrics::quantity{}) + *amount;
    if (sum > metrics::quantity::from_count(largest_amount)) {
      cell.unreadable(field);
      unreadable_ = true;
      return;
    }
    sum_ = sum;
  }

  std::optional<metrics::quantity> value() const { return unreadable_ ? std::nullopt : sum_; }

 private:
  std::optional<metrics::quantity> sum_;
  bool unreadable_ = false;
};

struct agent_day {
  std::string name;  // as first written
  day_total uses;
  day_total hold;
  day_total mute;
};

hold_mute_row read_row(cells& cell) {
  return {
      .agent_name = cell.text_or_empty(agent_name),
      .uses = cell.count_amount(count),
      .hold = cell.duration_amount(hold_time),
      .mute = cell.duration_amount(mute_time),
  };
}

class hold_mute_reading final : public reading {
 public:
  explicit hold_mute_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)), day_(window_day(*context_)), draft_(*context_, result_) {}

  // Rows whose names fold alike are summed: two people of one name, or one person in two rows, have
  // one series either way, because a name borne by two agents has no id.
  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    auto folded = metrics::fold_name(cell.text_or_empty(agent_name));
    if (folded.empty() || is_totals(folded)) {
      return ignore_row(result_, "totals");
    }
    const auto row = read_row(cell);
    auto& agent = agents_[std::move(folded)];
    if (agent.name.empty()) {
      agent.name = row.agent_name;
    }
    agent.uses.add(cell, count, row.uses);
    agent.hold.add(cell, hold_time, row.hold);
    agent.mute.add(cell, mute_time, row.mute);
  }

  outcome finish() override {
    for (const auto& [folded, agent] : agents_) {
      count_day(folded, agent);
    }
    return std::move(result_);
  }

 private:
  void count_day(const std::string& folded, const agent_day& agent) {
    paired_labels labels{*context_};
    labels.agent(context_->names->agent_by_name(agent.name).value_or(std::string_view{}),
                 agent.name);
    const auto uses = agent.uses.value();
    const auto hold = agent.hold.value();
    const auto mute = agent.mute.value();
    add(family_id::agent_hold_mute_uses_total, labels, uses);
    add(family_id::agent_hold_seconds_total, labels, hold);
    add(family_id::agent_mute_seconds_total, labels, mute);
    draft_.row({.id = draft_.identify({"hold_mute", context_->operation->name, day_, folded}),
                .fingerprint = draft_.fingerprint({to_part(uses), to_part(hold), to_part(mute)}),
                .at = context_->window->begin,
                .how = metrics::counting::cumulative});
  }

  void add(family_id family, paired_labels& labels, std::optional<metrics::quantity> total) {
    if (total) {
      draft_.add(draft_.series(family, labels.with({})), *total);
    }
  }

  std::shared_ptr<const poll_context> context_;
  std::string day_;
  outcome result_;
  settlement_draft draft_;
  std::map<std::string, agent_day> agents_;  // by folded name
};

constexpr std::array families{family_id::agent_hold_mute_uses_total,
                              family_id::agent_hold_seconds_total,
                              family_id::agent_mute_seconds_total};

std::vector<api::report_query> queries(const poll_context& context) {
  return {{.file = "reports_manager.php",
           .api = "agent_9",
           .parameters = window_parameters(context),
           .schema = &schema,
           .schema_owner = {}}};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<hold_mute_reading>(std::move(context));
}

}  // namespace

constinit const definition hold_mute_collector{.name = "hold_mute",
                                               .kind = report_kind::day,
                                               .families = families,
                                               .queries = queries,
                                               .begin = begin,
                                               .finds_by_name = true};

}  // namespace wolkvox::collectors
