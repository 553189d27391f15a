#include "exporter/operation/lane_state.hpp"

#include "config/duration.hpp"
#include "exporter/collectors/collector.hpp"

namespace wolkvox::operation {

using logging::log_level;

namespace {

// In order of urgency.
std::string names_of(const poll::lane_failure& lane) {
  std::string names;
  for (const collectors::definition& each : collectors::all_collectors()) {
    if (lane.collectors.contains(each.name)) {
      names += (names.empty() ? "" : ",") + std::string{each.name};
    }
  }
  return names;
}

}  // namespace

void lane_state::enlist(std::string_view collector) {
  failures_.collectors.try_emplace(std::string{collector});
}

void lane_state::discharge(std::string_view collector) {
  failures_.collectors.erase(std::string{collector});
}

std::optional<steady_time> lane_state::opens(steady_time now) const {
  return is_closed(now) ? std::optional{pause_.until} : std::nullopt;
}

std::optional<api::error> lane_state::gate(steady_time now) const {
  if (!is_closed(now)) {
    return std::nullopt;
  }
  api::error closed;
  closed.kind =
      pause_.reason == poll::refusal::quota ? api::error_kind::quota : api::error_kind::auth;
  closed.detail = "not asked: " + closed_by_.text;
  closed.not_sent = true;
  return closed;
}

bool lane_state::reopen(steady_time now) {
  if (!is_closed(now)) {
    return false;
  }
  pause_ = poll::after_reload(pause_, now);
  return !is_closed(now);
}

void lane_state::refused(const poll_problem& why, steady_time now) {
  if (is_closed(now)) {
    return;  // told by the refusal that closed it
  }
  const bool is_news = pause_.reason != why.refused || closed_by_.no_token != why.no_token;
  pause_ = poll::after_refusal(pause_, *why.refused, now, why.retry_after);
  closed_by_ = why;
  if (is_news) {
    log_(log_level::warn,
         why.no_token ? "the token cannot be read; every collector of the operation waits"
                      : "the platform refuses the token; every collector of the operation waits",
         {{"reason", why.reason},
          {"err", why.text},
          {"probe_in", config::in_words(pause_.until - now)}});
  }
}

void lane_state::failed_when_closed(std::string_view collector, std::string_view reason) {
  poll::after_refusal(failures_, collector, reason);
}

void lane_state::failed(std::string_view collector, const poll_problem& why, std::uint64_t request,
                        std::chrono::nanoseconds retry_in) {
  const auto what = poll::after_failure(failures_, collector, why.reason);
  log_(what == poll::news::one ? log_level::warn : log_level::debug, "collector failing",
       {{"collector", std::string{collector}},
        {"reason", why.reason},
        {"err", why.text},
        {"request", std::to_string(request)},
        {"retry_in", config::in_words(retry_in)}});
  if (what == poll::news::every) {
    log_(log_level::warn, "every collector of the operation fails alike",
         {{"reason", why.reason}, {"collectors", names_of(failures_)}});
  }
}

void lane_state::succeeded(std::string_view collector, steady_time begun) {
  // An answer that was asked for before the refusal says nothing about it.
  if (pause_.reason && !is_closed(begun)) {
    log_(log_level::info, "the platform answers again");
    pause_ = poll::after_answer();
  }
  const auto what = poll::after_success(failures_, collector);
  if (what == poll::news::one) {
    log_(log_level::info, "collector recovered", {{"collector", std::string{collector}}});
  } else if (what == poll::news::every) {
    log_(log_level::info, "the platform answers again");
  }
}

std::string lane_state::reason_of(std::string_view collector) const {
  const auto found = failures_.collectors.find(collector);
  return found == failures_.collectors.end() ? std::string{} : found->second.reason;
}

}  // namespace wolkvox::operation
