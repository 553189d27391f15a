// Dialler campaigns as they are now: real_time.php?api=campaigns (wolkvox-api.md 6.1;
// contract 4.3). The documented example is a bare array. `campaign` holds "id - name - …" in one
// text.
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/entity_names.hpp"
#include "exporter/collectors/live_columns.hpp"
#include "exporter/collectors/spelling.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t {
  campaign,
  status,
  speed,
  records,
  clean,
  calls_x_min,
  dial,
  hits,
  answer,
  no_answer,
  busy,
  answer_machine,
  penetration_day,
  penetration_now,
  recycled,
  field_count
};

constexpr std::array fields{
    needed<"campaign">,
    one_of<"status">,
    spelled<"speed">,
    one_of<"records">,
    spelled<"clean">,
    spelled<"calls_x_min">,
    one_of<"dial">,
    spelled<"hits">,
    one_of<"answer">,
    spelled<"no_answer">,
    spelled<"busy/congestion/failed">,
    spelled<"answer_machine">,
    spelled<"penetration_day">,
    spelled<"penetration_now">,
    spelled<"recycled">,
};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{.fields = fields, .may_be_bare = true};

struct campaign_row {
  std::string_view id;
  std::string_view name;
  std::optional<double> running;
  std::optional<double> speed;
  std::optional<double> records;
  std::optional<double> clean_records;
  std::optional<double> calls_per_minute;
  std::optional<double> dialled;
  std::optional<double> hits;
  std::optional<double> answer;
  std::optional<double> no_answer;
  std::optional<double> busy;
  std::optional<double> answer_machine;
  std::optional<double> penetration_day;
  std::optional<double> penetration_now;
  std::optional<double> recycled;
};

constexpr auto columns = std::to_array<live_cell<campaign_row>>({
    {&campaign_row::running, family_id::campaign_running, {}, {}},
    {&campaign_row::speed, family_id::campaign_speed, {}, {}},
    {&campaign_row::records, family_id::campaign_records, {}, {}},
    {&campaign_row::clean_records, family_id::campaign_clean_records, {}, {}},
    {&campaign_row::calls_per_minute, family_id::campaign_calls_per_minute, {}, {}},
    {&campaign_row::dialled, family_id::campaign_dialled_calls_total, {}, {}},
    {&campaign_row::hits, family_id::campaign_hits_total, {}, {}},
    {&campaign_row::answer, family_id::campaign_results_total, "result", "answer"},
    {&campaign_row::no_answer, family_id::campaign_results_total, "result", "no_answer"},
    {&campaign_row::busy, family_id::campaign_results_total, "result", "busy"},
    {&campaign_row::answer_machine, family_id::campaign_results_total, "result", "answer_machine"},
    {&campaign_row::penetration_day, family_id::campaign_penetration_ratio, "window", "day"},
    {&campaign_row::penetration_now, family_id::campaign_penetration_ratio, "window", "now"},
    {&campaign_row::recycled, family_id::campaign_recycled_total, {}, {}},
});

struct campaign_reference {
  std::string_view id;
  std::string_view name;
};

// "12 - Renewals - predictive": observed split on " - " (wolkvox-api.md 6.1), the id before the
// first and how it dials behind the last; the name may hold some itself. A text without any is the
// id.
campaign_reference split(std::string_view text) {
  constexpr std::string_view separator = " - ";
  const auto id_end = text.find(separator);
  if (id_end == std::string_view::npos) {
    return {text, {}};
  }
  const auto rest = text.substr(id_end + separator.size());
  return {text.substr(0, id_end), rest.substr(0, rest.rfind(separator))};
}

// started, stopped in any case (wolkvox-api.md 4); any other text is unreadable, not "stopped".
std::optional<double> running(cells& cell) {
  const auto text = cell.text(status);
  if (!text) {
    return std::nullopt;
  }
  const auto folded = api::fold_enumeration(*text);
  if (folded == "started" || folded == "stopped") {
    return folded == "started" ? 1 : 0;
  }
  cell.unreadable(status);
  return std::nullopt;
}

campaign_row read_row(cells& cell) {
  const auto reference = split(cell.text_or_empty(campaign));
  return {
      .id = reference.id,
      .name = reference.name,
      .running = running(cell),
      .speed = cell.number(speed),
      .records = cell.count(records),
      .clean_records = cell.count(clean),
      .calls_per_minute = cell.number(calls_x_min),
      .dialled = cell.count(dial),
      .hits = cell.count(hits),
      .answer = cell.count(answer),
      .no_answer = cell.count(no_answer),
      .busy = cell.count(busy),
      .answer_machine = cell.count(answer_machine),
      .penetration_day = cell.ratio(penetration_day),
      .penetration_now = cell.ratio(penetration_now),
      .recycled = cell.count(recycled),
  };
}

class campaigns_reading final : public reading {
 public:
  explicit campaigns_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)) {
    table_.columns<campaign_row>(columns);
  }

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    const auto row = read_row(cell);
    if (row.id.empty()) {
      return ignore_row(result_, "no_id");
    }
    if (!table_.entity(row.id,
                       name_shown(*context_, metrics::named_thing::campaign, row.id, row.name))) {
      return ignore_row(result_, "duplicate");
    }
    names_.learn(metrics::named_thing::campaign, row.id, row.name);
    table_.set<campaign_row>(columns, row);
  }

  outcome finish() override {
    result_.live = table_.finish();
    return std::move(result_);
  }

 private:
  std::shared_ptr<const poll_context> context_;
  outcome result_;
  name_learning names_{*context_, result_};
  live_columns table_{{"campaign_id", "campaign"}};
};

constexpr std::array families{
    family_id::campaign_running,           family_id::campaign_speed,
    family_id::campaign_records,           family_id::campaign_clean_records,
    family_id::campaign_calls_per_minute,  family_id::campaign_dialled_calls_total,
    family_id::campaign_hits_total,        family_id::campaign_results_total,
    family_id::campaign_penetration_ratio, family_id::campaign_recycled_total,
};

std::vector<api::report_query> queries(const poll_context&) {
  return {{.file = "real_time.php",
           .api = "campaigns",
           .parameters = {},
           .schema = &schema,
           .schema_owner = {}}};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<campaigns_reading>(std::move(context));
}

}  // namespace

constinit const definition campaigns_collector{.name = "campaigns",
                                               .kind = report_kind::live,
                                               .families = families,
                                               .queries = queries,
                                               .begin = begin};

}  // namespace wolkvox::collectors
