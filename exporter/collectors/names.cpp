// The roster: information.php?api=agents, skills and campaigns, names for ids (wolkvox-api.md 6.2;
// contract 4.8). No family of its own. Of an agent only id, name and whether the account is enabled
// are read: the report also holds identity documents.
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/spelling.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::named_thing;

enum field : std::size_t { id, name, field_count, enabled = field_count };

constexpr std::array agent_fields{needed<"agent_id">, spelled<"agent_name">, spelled<"enabled">};
constexpr std::array skill_fields{needed<"skill_id">, spelled<"skill_name">};
constexpr std::array campaign_fields{needed<"campaign_id", "campaing_id", "id_campaing">,
                                     spelled<"campaign_name">};
static_assert(agent_fields.size() == enabled + 1 && skill_fields.size() == field_count &&
              campaign_fields.size() == field_count);

struct roster_report {
  std::string_view api;
  named_thing kind;
  api::report_schema schema;
};

constexpr auto reports = std::to_array<roster_report>({
    {"agents", named_thing::agent, {agent_fields}},
    {"skills", named_thing::skill, {skill_fields}},
    {"campaigns", named_thing::campaign, {campaign_fields}},
});

class names_reading final : public reading {
 public:
  explicit names_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)) {}

  void row(std::size_t query, const api::row_view& view) override {
    ++result_.rows;
    const auto kind = reports[query].kind;
    const cells cell{reports[query].schema, view, result_};
    const auto listed = kind == named_thing::agent ? context_->people->agent_id(cell.agent_id(id))
                                                   : std::string{cell.text_or_empty(id)};
    if (listed.empty()) {
      return ignore_row(result_, "no_id");
    }
    if (kind == named_thing::agent && !is_the_better_row(cell, listed)) {
      return;
    }
    // What has no name is listed all the same: a skill's abandoned calls start at 0.
    const auto named = cell.text_or_empty(name);
    roster_.learn(kind, listed, named.empty() ? std::string_view{listed} : named);
  }

  outcome finish() override {
    result_.roster = std::move(roster_);
    return std::move(result_);
  }

 private:
  // Of two rows of one id the enabled one, else the later one.
  bool is_the_better_row(const cells& cell, std::string_view agent) {
    if (api::read_yes_no(cell.text_or_empty(enabled)).value_or(false)) {
      enabled_.emplace(agent);
      return true;
    }
    return !enabled_.contains(agent);
  }

  std::shared_ptr<const poll_context> context_;
  outcome result_;
  metrics::name_directory roster_;
  metrics::text_set enabled_;
};

std::vector<api::report_query> queries(const poll_context&) {
  std::vector<api::report_query> asked;
  for (const auto& report : reports) {
    asked.push_back({.file = "information.php",
                     .api = std::string{report.api},
                     .parameters = {},
                     .schema = &report.schema,
                     .schema_owner = {}});
  }
  return asked;
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<names_reading>(std::move(context));
}

}  // namespace

constinit const definition names_collector{
    .name = "names", .kind = report_kind::live, .families = {}, .queries = queries, .begin = begin};

}  // namespace wolkvox::collectors
