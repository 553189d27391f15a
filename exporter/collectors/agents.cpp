// Agents as they are now: real_time.php?api=agents, one row per agent (wolkvox-api.md 5.1, seed
// 003; contract 4.1). Counters restart daily on the platform. Status texts are free: each is a
// label value, never a fixed list.
#include <array>
#include <utility>

#include "exporter/collectors/cells.hpp"
#include "exporter/collectors/definitions.hpp"
#include "exporter/collectors/entity_names.hpp"
#include "exporter/collectors/live_columns.hpp"
#include "exporter/collectors/spelling.hpp"
#include "exporter/collectors/status_text.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

enum field : std::size_t {
  agent_id,
  agent_name,
  agent_status,
  inbound,
  outbound,
  internal,
  time_state_now,
  ready_time,
  inbound_time,
  outbound_time,
  acw_time,
  ring_time,
  aux_time,
  login_time,
  aht_time,
  occupancy,
  field_count
};

// `calls` is not read: it is the sum of the three directions. Second spellings: wolkvox-api.md 7.
constexpr std::array fields{
    needed<"agent_id">,         spelled<"agent_name">,
    one_of<"agent_status">,     one_of<"inbound">,
    spelled<"outbound">,        spelled<"internal">,
    one_of<"time_state_now">,   one_of<"ready_time">,
    spelled<"inbound_time">,    spelled<"outbound_time">,
    spelled<"acw_time">,        spelled<"ring_time">,
    spelled<"aux_time">,        one_of<"login_time">,
    spelled<"aht_time", "aht">, spelled<"ocupation", "occupancy">,
};
static_assert(fields.size() == field_count);
constexpr api::report_schema schema{fields};

struct agent_row {
  std::string_view id;
  std::string_view name;
  std::optional<std::string_view> status;
  std::optional<double> status_seconds;
  std::optional<double> inbound;
  std::optional<double> outbound;
  std::optional<double> internal;
  std::optional<double> inbound_seconds;
  std::optional<double> outbound_seconds;
  std::optional<double> ready_seconds;
  std::optional<double> acw_seconds;
  std::optional<double> ring_seconds;
  std::optional<double> aux_seconds;
  std::optional<double> login_seconds;
  std::optional<double> handle_seconds;
  std::optional<double> occupancy;
};

constexpr auto columns = std::to_array<live_cell<agent_row>>({
    {&agent_row::status_seconds, family_id::agent_status_seconds, {}, {}},
    {&agent_row::inbound, family_id::agent_calls_total, "direction", "inbound"},
    {&agent_row::outbound, family_id::agent_calls_total, "direction", "outbound"},
    {&agent_row::internal, family_id::agent_calls_total, "direction", "internal"},
    {&agent_row::inbound_seconds, family_id::agent_talk_seconds_total, "direction", "inbound"},
    {&agent_row::outbound_seconds, family_id::agent_talk_seconds_total, "direction", "outbound"},
    {&agent_row::ready_seconds, family_id::agent_ready_seconds_total, {}, {}},
    {&agent_row::acw_seconds, family_id::agent_acw_seconds_total, {}, {}},
    {&agent_row::ring_seconds, family_id::agent_ring_seconds_total, {}, {}},
    {&agent_row::aux_seconds, family_id::agent_aux_seconds_total, {}, {}},
    {&agent_row::login_seconds, family_id::agent_login_seconds_total, {}, {}},
    {&agent_row::handle_seconds, family_id::agent_average_handle_seconds, {}, {}},
    {&agent_row::occupancy, family_id::agent_occupancy_ratio, {}, {}},
});

// `login_time` as a date-time is when, not how long; dropped without an error (wolkvox-api.md 5.1).
std::optional<double> login_seconds(cells& cell, const date::time_zone& zone) {
  const auto text = cell.text(login_time);
  if (text && !api::read_duration(*text) && api::read_date_time(*text, zone)) {
    return std::nullopt;
  }
  return cell.seconds(login_time);
}

// `ocupation` as a duration is no ratio; dropped without an error (wolkvox-api.md 5.1).
std::optional<double> occupancy_ratio(cells& cell) {
  const auto text = cell.text(occupancy);
  if (text && !api::read_ratio(*text) && api::read_duration(*text)) {
    return std::nullopt;
  }
  return cell.ratio(occupancy);
}

// An operation names some dozen pauses; a text that changes with every poll must not become series
// without end.
constexpr std::size_t most_statuses = 100;

agent_row read_row(cells& cell, const date::time_zone& zone) {
  return {
      .id = cell.agent_id(agent_id),
      .name = cell.text_or_empty(agent_name),
      .status = cell.text(agent_status),
      .status_seconds = cell.seconds(time_state_now),
      .inbound = cell.count(inbound),
      .outbound = cell.count(outbound),
      .internal = cell.count(internal),
      .inbound_seconds = cell.seconds(inbound_time),
      .outbound_seconds = cell.seconds(outbound_time),
      .ready_seconds = cell.seconds(ready_time),
      .acw_seconds = cell.seconds(acw_time),
      .ring_seconds = cell.seconds(ring_time),
      .aux_seconds = cell.seconds(aux_time),
      .login_seconds = login_seconds(cell, zone),
      .handle_seconds = cell.seconds(aht_time),
      .occupancy = occupancy_ratio(cell),
  };
}

class agents_reading final : public reading {
 public:
  explicit agents_reading(std::shared_ptr<const poll_context> context)
      : context_(std::move(context)) {
    table_.columns<agent_row>(columns);
    status_column_ = table_.varying_column(family_id::agent_status, "status");
    for (const auto& status : context_->statuses_seen) {
      agents_by_status_.emplace(status, 0);
    }
  }

  void row(std::size_t, const api::row_view& view) override {
    ++result_.rows;
    cells cell{schema, view, result_};
    const auto agent = read_row(cell, *context_->zone);
    if (agent.id.empty()) {
      return ignore_row(result_, "no_id");
    }
    const auto id = context_->people->agent_id(agent.id);
    // The first row of an agent counts: a second one would be a second sample of the same series.
    if (!table_.entity(id, agent_shown(*context_, id, agent.name))) {
      return ignore_row(result_, "duplicate");
    }
    names_.learn(metrics::named_thing::agent, agent.id, agent.name);
    table_.set<agent_row>(columns, agent);
    if (agent.status) {
      auto status = status_without_times(*agent.status);
      if (agents_by_status_.size() >= most_statuses && !agents_by_status_.contains(status)) {
        status = "other";
      }
      ++agents_by_status_[status];
      table_.set_varying(status_column_, std::move(status));
    }
  }

  outcome finish() override {
    result_.live = context_->people->tells_agents_apart() ? table_.finish() : metrics::live_table{};
    for (const auto& [status, agents] : agents_by_status_) {
      result_.live->samples.push_back(
          {family_id::agents, {{"status", status}}, static_cast<double>(agents)});
      result_.statuses_seen.insert(status);
    }
    return std::move(result_);
  }

 private:
  std::shared_ptr<const poll_context> context_;
  outcome result_;
  name_learning names_{*context_, result_};
  live_columns table_{{"agent_id", "agent"}};
  std::size_t status_column_ = 0;
  std::map<std::string, std::uint64_t> agents_by_status_;
};

constexpr std::array families{
    family_id::agent_status,
    family_id::agent_status_seconds,
    family_id::agent_calls_total,
    family_id::agent_talk_seconds_total,
    family_id::agent_ready_seconds_total,
    family_id::agent_acw_seconds_total,
    family_id::agent_ring_seconds_total,
    family_id::agent_aux_seconds_total,
    family_id::agent_login_seconds_total,
    family_id::agent_average_handle_seconds,
    family_id::agent_occupancy_ratio,
    family_id::agents,
};

std::vector<api::report_query> queries(const poll_context&) {
  return {{.file = "real_time.php",
           .api = "agents",
           .parameters = {},
           .schema = &schema,
           .schema_owner = {}}};
}

std::unique_ptr<reading> begin(std::shared_ptr<const poll_context> context) {
  return std::make_unique<agents_reading>(std::move(context));
}

}  // namespace

constinit const definition agents_collector{.name = "agents",
                                            .kind = report_kind::live,
                                            .families = families,
                                            .queries = queries,
                                            .begin = begin};

}  // namespace wolkvox::collectors
