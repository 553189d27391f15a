#include "exporter/operation/request_flow.hpp"

#include <string>
#include <vector>

#include "config/keys.hpp"

namespace wolkvox::operation {

namespace {

// The platform counts what reaches it.
bool never_arrived(const api::exchange_report& exchange) {
  return exchange.failure && (exchange.failure->kind == api::error_kind::connect ||
                              exchange.failure->kind == api::error_kind::tls);
}

}  // namespace

std::optional<api::error> request_flow::gate(const api::report_query& query) const {
  auto closed = with_.lane.gate(with_.on.now());
  if (!closed && with_.budget.is_kept_waiting(query.collector)) {
    closed.emplace();
    closed->kind = api::error_kind::quota;
    closed->detail = "not asked: the day's budget is spent";
    closed->not_sent = true;
  }
  if (closed) {
    closed->operation = with_.on.name();
  }
  return closed;
}

void request_flow::exchanged(const api::exchange_report& exchange) {
  begin_day_if_new();
  collector_state* const of = with_.collectors.find(exchange.collector);
  if (of == nullptr) {
    return;  // a reload took it out and could not wait for its last request
  }
  of->metrics.exchanged(exchange);
  if (exchange.failure && exchange.failure->no_token) {
    return;  // nobody was asked
  }
  of->last_request = ++told_;
  of->log(
      logging::log_level::debug, "asked the platform",
      {{"report", exchange.report},
       {"request", std::to_string(told_)},
       {"result", exchange.failure ? std::string{api::to_label(exchange.failure->kind)} : "ok"},
       {"bytes", std::to_string(exchange.bytes)},
       {"duration_ms",
        std::to_string(
            std::chrono::duration_cast<std::chrono::milliseconds>(exchange.duration).count())}});
  if (!never_arrived(exchange)) {
    with_.budget.spend(exchange.collector);
    of->metrics.spent(with_.budget.spent_today(exchange.collector));
  }
}

std::optional<steady_time> request_flow::opens_for(const collector_state& of,
                                                   steady_time now) const {
  const auto opens = with_.lane.opens(now);
  if (!opens && with_.budget.is_kept_waiting(of.definition->name)) {
    return now + with_.budget.left_of_day(with_.asked.now());
  }
  return opens;
}

void request_flow::begin_day_if_new() {
  if (!with_.budget.begin_day_if_new(with_.asked.now())) {
    return;
  }
  for (collector_state& each : with_.collectors) {
    if (purpose_of(each.definition->name) == poll::purpose::quota) {
      each.poll_at_latest(with_.on.now());  // what is left has begun anew, too
    }
    each.metrics.spent(0);
  }
}

void request_flow::stretch_intervals() {
  std::vector<poll::spender> spenders;
  for (const collector_state& each : with_.collectors) {
    spenders.push_back(
        {.interval = each.settings.interval,
         .requests = config::find_collector(each.definition->name)->requests_per_poll,
         .what = purpose_of(each.definition->name)});
  }
  const auto intervals = with_.budget.intervals(spenders, with_.asked.now());
  auto next = intervals.begin();
  for (collector_state& each : with_.collectors) {
    each.clock.interval = *next++;
    each.metrics.interval(each.clock.interval);
  }
}

}  // namespace wolkvox::operation
