// Queues as they are now: real_time.php?api=skills&skill_id=all, one row per skill
// (wolkvox-api.md 6.1; contract 4.2). Counters restart daily on the platform. The service level
// comes at 10, 20 and 30 s, and at the configured threshold where that is another one: its field
// bears the threshold in its name.
#include <array>
#include <utility>

#include <fmt/format.h>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/entity_names.hpp"
#include "exporter/collectors/live_columns.hpp"
#include "exporter/collectors/spelling.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t {
  skill_id,
  skill_name,
  calls_in_queue_now,
  stat_inbound,
  stat_answer,
  stat_abandon,
  service_level_10,
  service_level_20,
  service_level_30,
  by_abandon,
  service_level_own,
  field_count
};

constexpr std::array fixed_fields{
    needed<"skill_id", "skill">,    spelled<"skill_name">,          one_of<"calls_in_queue_now">,
    one_of<"stat_inbound">,         one_of<"stat_answer">,          one_of<"stat_abandon">,
    spelled<"service_level_10seg">, spelled<"service_level_20seg">, spelled<"service_level_30seg">,
    spelled<"by_abandon">,
};
static_assert(fixed_fields.size() == service_level_own && service_level_own + 1 == field_count);

// The schema of one poll: the fixed fields and, where a threshold of its own is asked for,
// service_level_{N}seg. service_level_0seg, which the platform sends when none was asked for, is in
// neither.
struct skills_schema {
  explicit skills_schema(std::optional<std::int64_t> threshold)
      : fields{fixed_fields.begin(), fixed_fields.end()} {
    if (threshold) {
      name = fmt::format("service_level_{}seg", *threshold);
      spelling = name;
      fields.push_back({std::span{&spelling, 1}});
    }
    schema.fields = fields;
  }
  skills_schema(const skills_schema&) = delete;
  skills_schema& operator=(const skills_schema&) = delete;

  std::string name;
  std::string_view spelling;
  std::vector<api::field> fields;
  api::report_schema schema;
};

// Whole seconds, where the platform does not answer for them anyway.
std::optional<std::int64_t> own_threshold(const poll_context& context) {
  const auto asked =
      std::chrono::duration_cast<std::chrono::seconds>(context.settings.service_level_threshold)
          .count();
  const bool always_answered = asked == 10 || asked == 20 || asked == 30;
  return asked > 0 && !always_answered ? std::optional<std::int64_t>{asked} : std::nullopt;
}

struct skill_row {
  std::string_view id;
  std::string_view name;
  std::optional<double> queue;
  std::optional<double> offered;
  std::optional<double> answered;
  std::optional<double> abandoned;
  std::optional<double> level_10;
  std::optional<double> level_20;
  std::optional<double> level_30;
  std::optional<double> level_own;
  std::optional<double> abandonment;
};

constexpr auto columns = std::to_array<live_cell<skill_row>>({
    {&skill_row::queue, family_id::skill_queue_calls, {}, {}},
    {&skill_row::offered, family_id::skill_offered_calls_total, {}, {}},
    {&skill_row::answered, family_id::skill_answered_calls_total, {}, {}},
    {&skill_row::abandoned, family_id::skill_abandoned_calls_total, {}, {}},
    {&skill_row::abandonment, family_id::skill_abandonment_ratio, {}, {}},
    // Last, so that the column of the configured threshold follows its family.
    {&skill_row::level_10, family_id::skill_service_level_ratio, "threshold", "10"},
    {&skill_row::level_20, family_id::skill_service_level_ratio, "threshold", "20"},
    {&skill_row::level_30, family_id::skill_service_level_ratio, "threshold", "30"},
});

class skills_reading final : public reading {
 public:
  explicit skills_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)), threshold_(own_threshold(*context_)), schema_(threshold_) {
    table_.columns<skill_row>(columns);
    if (threshold_) {
      own_column_ = table_.column(family_id::skill_service_level_ratio, "threshold",
                                  fmt::to_string(*threshold_));
    }
  }

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema_.schema, view, result_};
    const auto skill = read_row(cell);
    if (skill.id.empty()) {
      return ignore_row(result_, "no_id");
    }
    if (!table_.entity(skill.id,
                       name_shown(*context_, metrics::named_thing::skill, skill.id, skill.name))) {
      return ignore_row(result_, "duplicate");
    }
    names_.learn(metrics::named_thing::skill, skill.id, skill.name);
    table_.set<skill_row>(columns, skill);
    sum(family_id::skill_answered_calls_total, skill.answered);
    sum(family_id::skill_abandoned_calls_total, skill.abandoned);
    if (threshold_) {
      table_.set(own_column_, skill.level_own);
    }
  }

  outcome finish() override {
    result_.live = table_.finish();
    return std::move(result_);
  }

 private:
  void sum(family_id family, std::optional<double> value) {
    if (value) {
      result_.live_totals[family] += *value;
    }
  }

  skill_row read_row(cells& cell) const {
    return {
        .id = cell.text_or_empty(skill_id),
        .name = cell.text_or_empty(skill_name),
        .queue = cell.count(calls_in_queue_now),
        .offered = cell.count(stat_inbound),
        .answered = cell.count(stat_answer),
        .abandoned = cell.count(stat_abandon),
        .level_10 = cell.ratio(service_level_10),
        .level_20 = cell.ratio(service_level_20),
        .level_30 = cell.ratio(service_level_30),
        .level_own = threshold_ ? cell.ratio(service_level_own) : std::nullopt,
        .abandonment = cell.ratio(by_abandon),
    };
  }

  std::shared_ptr<const poll_context> context_;
  std::optional<std::int64_t> threshold_;
  skills_schema schema_;
  outcome result_;
  name_learning names_{*context_, result_};
  live_columns table_{{"skill_id", "skill"}};
  std::size_t own_column_ = 0;
};

constexpr std::array families{
    family_id::skill_queue_calls,          family_id::skill_offered_calls_total,
    family_id::skill_answered_calls_total, family_id::skill_abandoned_calls_total,
    family_id::skill_service_level_ratio,  family_id::skill_abandonment_ratio,
};

std::vector<api::report_query> queries(const poll_context& context) {
  const auto threshold = own_threshold(context);
  const auto owned = std::make_shared<const skills_schema>(threshold);
  api::report_query query{.file = "real_time.php",
                          .api = "skills",
                          .parameters = {{"skill_id", "all"}},
                          .schema = &owned->schema,
                          .schema_owner = owned};
  if (threshold) {
    query.parameters.emplace_back("services_time", fmt::to_string(*threshold));
  }
  return {std::move(query)};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<skills_reading>(std::move(context));
}

}  // namespace

constinit const definition skills_collector{.name = "skills",
                                            .kind = report_kind::live,
                                            .families = families,
                                            .queries = queries,
                                            .begin = begin};

}  // namespace wolkvox::collectors
