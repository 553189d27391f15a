// Writes /status.json with Boost.JSON.
#include "exporter/web/status_json.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "exporter/web/collector_health.hpp"
#include "exporter/web/time_text.hpp"

namespace wolkvox::web {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<sys_seconds>& when) {
  return when ? json::value(utc_text(*when)) : json::value(nullptr);
}

json::value number_or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

// Whole seconds as an integer: the library writes 60.0 as 6E1.
json::value seconds(std::chrono::milliseconds duration) {
  if (duration % std::chrono::seconds{1} == duration.zero()) {
    return duration.count() / 1000;
  }
  return static_cast<double>(duration.count()) / 1000.0;
}

json::object collector_facts(const collector_status& collector, sys_seconds now) {
  const auto delay = delay_of(collector, now);
  return {{"name", collector.name},
          {"state", name_of(assess(collector, now))},
          {"enabled", collector.enabled},
          {"up", collector.up},
          {"last_attempt", time_or_null(collector.last_attempt)},
          {"last_success", time_or_null(collector.last_success)},
          {"next_poll", time_or_null(collector.next_poll)},
          {"window_end", time_or_null(collector.window_end)},
          {"newest_row", time_or_null(collector.newest_row)},
          {"suspicion", collector.suspicion},
          {"delay_seconds", delay ? seconds(*delay) : json::value(nullptr)},
          {"interval_seconds", seconds(collector.interval)},
          {"duration_seconds", seconds(collector.duration)},
          {"last_error", collector.last_error},
          {"catching_up", collector.catching_up}};
}

json::object operation_facts(const operation_status& operation, sys_seconds now) {
  json::array collectors;
  for (const auto& collector : operation.collectors) {
    collectors.emplace_back(collector_facts(collector, now));
  }
  return {{"name", operation.name},
          {"server", operation.server},
          {"timezone", operation.timezone},
          {"budget",
           {{"remaining_requests", number_or_null(operation.budget_remaining)},
            {"quota_limit_requests", number_or_null(operation.quota_limit)},
            {"quota_used_requests", number_or_null(operation.quota_used)}}},
          {"collectors", std::move(collectors)}};
}

}  // namespace

std::string status_json(const program_status& status, bool ready) {
  json::array operations;
  for (const auto& operation : status.operations) {
    operations.emplace_back(operation_facts(operation, status.now));
  }
  const json::object facts{{"version", status.version},   {"started", utc_text(status.started)},
                           {"now", utc_text(status.now)}, {"ready", ready},
                           {"series", status.series},     {"operations", std::move(operations)}};
  return json::serialize(facts) + "\n";
}

}  // namespace wolkvox::web
