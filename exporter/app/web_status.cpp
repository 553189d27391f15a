#include "exporter/app/web_status.hpp"

#include <utility>

#include "config/duration.hpp"

namespace wolkvox::app {

namespace {

web::collector_status for_web(operation::collector_status told) {
  web::collector_status shown;
  shown.name = std::move(told.name);
  shown.up = told.up;
  shown.tried = told.tried;
  shown.last_attempt = told.last_attempt;
  shown.last_success = told.last_success;
  shown.next_poll = told.next_poll;
  shown.window_end = told.window_end;
  shown.newest_row = told.newest_row;
  shown.interval = told.interval;
  shown.duration = told.duration;
  shown.last_error = std::move(told.last_error);
  shown.suspicion = std::move(told.suspicion);
  if (told.history_to_read > std::chrono::seconds{0}) {
    shown.catching_up = config::in_words(told.history_to_read) + " of history left to read";
  }
  return shown;
}

}  // namespace

std::vector<web::operation_status> for_web(std::vector<operation::operation_status> told) {
  std::vector<web::operation_status> shown;
  for (operation::operation_status& each : told) {
    web::operation_status& of = shown.emplace_back();
    of.name = std::move(each.name);
    of.server = std::move(each.server);
    of.timezone = std::move(each.timezone);
    of.budget_remaining = each.budget_remaining;
    of.quota_limit = each.quota_limit;
    of.quota_used = each.quota_used;
    for (operation::collector_status& collector : each.collectors) {
      of.collectors.push_back(for_web(std::move(collector)));
    }
  }
  return shown;
}

}  // namespace wolkvox::app
