// Hold and mute: reports_manager.php?api=agent_9, one row per agent for a window that begins at
// local midnight (wolkvox-api.md 5.3, seed 001; contract 4.5, 5.5). Rows are totals so far: only
// their growth counts. The report has no agent ids; they are found by name in the roster.
#include <algorithm>
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/day_totals.hpp"
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

constexpr std::size_t values = 3;

// In the order of the values of a row.
constexpr std::array families{family_id::agent_hold_mute_uses_total,
                              family_id::agent_hold_seconds_total,
                              family_id::agent_mute_seconds_total};
static_assert(families.size() == values);

class hold_mute_reading final : public reading {
 public:
  explicit hold_mute_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)),
        day_(window_day(*context_)),
        draft_(*context_, result_, families) {}

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    const auto name = cell.text_or_empty(agent_name);
    const auto read = [&cell](std::size_t field, std::optional<metrics::quantity> amount) {
      return day_value{.amount = amount, .is_unreadable = !amount && cell.text(field).has_value()};
    };
    rows_.add({.name = std::string{name},
               .folded = metrics::fold_name(name),
               .values = {read(count, cell.count_amount(count)),
                          read(hold_time, cell.duration_amount(hold_time)),
                          read(mute_time, cell.duration_amount(mute_time))}});
  }

  outcome finish() override {
    std::size_t totals = 0;
    const auto bearers = [this](std::string_view folded) {
      return who_knows(folded).agents_called(folded);
    };
    for (const auto& [folded, person] : rows_.people(bearers, totals)) {
      if (bearers(folded) > 0 || may_count_stranger(folded, person)) {
        count_day(folded, person);
      }
    }
    for (; totals > 0; --totals) {
      ignore_row(result_, "totals");
    }
    return std::move(result_);
  }

 private:
  // One who left may have borne the name of one who came.
  const metrics::name_directory& who_knows(std::string_view folded) const {
    const auto& roster = context_->roster;
    return roster && roster->agents_called(folded) > 0 ? *roster : *context_->names;
  }

  // What has not begun may wait for a name, and be a total that nothing tells from a person yet.
  bool may_count_stranger(const std::string& folded, const person_day<values>& person) {
    const bool says_nothing = std::ranges::all_of(person.totals, [](const auto& total) {
      return total.value_or(metrics::quantity{}) == metrics::quantity{};
    });
    if (says_nothing) {
      ignore_row(result_, "unfinished");
      return false;
    }
    const auto id = draft_.identify({"stranger", context_->operation->name, folded});
    result_.strangers.insert(id);
    const bool counts = !context_->strangers || context_->strangers->contains(id);
    result_.has_left_out = result_.has_left_out || !counts;
    return counts;
  }

  // Kept under the agent's id where it is known, and under the name too: either may become unknown
  // or other during the day.
  void count_day(const std::string& folded, const person_day<values>& person) {
    const auto agent = who_knows(folded).agent_by_name(person.name);
    paired_labels labels{*context_};
    labels.agent(agent.value_or(std::string_view{}), person.name);
    std::array<std::string, values> parts;
    for (std::size_t i = 0; i < values; ++i) {
      parts[i] = to_part(person.totals[i]);
      draft_.add_amount(families[i], labels.with({}), person.totals[i]);
    }
    const auto& operation = context_->operation->name;
    const auto by_name = draft_.identify({"hold_mute", operation, day_, folded});
    draft_.row({.id = agent ? draft_.identify({"hold_mute", "agent_id", operation, day_, *agent})
                            : by_name,
                .alias = by_name,
                .fingerprint = draft_.fingerprint({parts[0], parts[1], parts[2]}),
                .how = metrics::counting::cumulative},
               context_->window->begin);
  }

  std::shared_ptr<const poll_context> context_;
  std::string day_;
  outcome result_;
  settlement_draft draft_;
  day_totals<values> rows_;
};

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
