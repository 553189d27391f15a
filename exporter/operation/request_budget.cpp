#include "exporter/operation/request_budget.hpp"

#include <date/tz.h>

#include <utility>

#include "config/duration.hpp"
#include "exporter/poll/windows.hpp"

namespace wolkvox::operation {

using logging::log_level;

namespace {

// Daily quota per licence (wolkvox-api.md 3.1).
constexpr std::int64_t requests_per_licence = 1000;

}  // namespace

poll::purpose purpose_of(std::string_view collector) {
  if (collector == "quota") {
    return poll::purpose::quota;
  }
  const bool is_live = collector == "agents" || collector == "skills" || collector == "campaigns";
  return is_live ? poll::purpose::live : poll::purpose::report;
}

request_budget::request_budget(const config::operation& settings, const date::time_zone& zone,
                               logging::logger log)
    : licences_(settings.licences),
      reserve_ratio_(settings.reserve_ratio),
      zone_(&zone),
      log_(std::move(log)) {}

// The platform's quota begins anew at its midnight (assumed: wolkvox-api.md 3.1).
bool request_budget::begin_day_if_new(sys_seconds now) {
  std::string today = date::format("%F", zone_->to_local(now));
  if (today == day_) {
    return false;
  }
  const std::string before = std::exchange(day_, std::move(today));
  if (before.empty()) {
    return false;
  }
  if (quota_) {
    quota_->used = 0;
    quota_->remaining = quota_->limit;
  }
  spent_since_quota_ = 0;
  collectors_.clear();
  return true;
}

void request_budget::restore(const std::string& day,
                             const std::map<std::string, std::uint64_t, std::less<>>& spent) {
  if (day != day_) {
    return;
  }
  for (const auto& [collector, requests] : spent) {
    collectors_[collector].today = requests;
    spent_since_quota_ += static_cast<std::int64_t>(requests);
  }
}

void request_budget::spend(std::string_view collector) {
  spent& of = collectors_.try_emplace(std::string{collector}).first->second;
  ++of.today;
  ++of.unkept;
  ++spent_since_quota_;
}

std::uint64_t request_budget::spent_today(std::string_view collector) const {
  const auto found = collectors_.find(collector);
  return found == collectors_.end() ? 0 : found->second.today;
}

std::vector<spending> request_budget::take_unkept() {
  std::vector<spending> unkept;
  for (auto& [collector, of] : collectors_) {
    if (of.unkept > 0) {
      unkept.push_back(
          {.collector = collector, .day = day_, .requests = std::exchange(of.unkept, 0)});
    }
  }
  return unkept;
}

void request_budget::put_back(const spending& what) {
  if (what.day == day_) {
    collectors_[what.collector].unkept += what.requests;
  }
}

void request_budget::heard(const collectors::quota_facts& quota) {
  quota_ = quota;
  spent_since_quota_ = 0;
}

std::optional<poll::requests_left> request_budget::left() const {
  poll::quota_state state;
  if (quota_) {
    state.limit = quota_->limit;
    state.left = quota_->remaining;
  }
  if (!state.limit && licences_ > 0) {
    state.limit = std::int64_t{licences_} * requests_per_licence;
  }
  state.reserve_ratio = reserve_ratio_;
  state.spent = spent_since_quota_;
  return poll::left_of(state);
}

std::chrono::seconds request_budget::left_of_day(sys_seconds now) const {
  return poll::next_local_midnight(now, *zone_) - now;
}

bool request_budget::is_kept_waiting(std::string_view collector) const {
  return poll::is_kept_waiting(purpose_of(collector), left());
}

std::vector<std::chrono::milliseconds> request_budget::intervals(
    std::span<const poll::spender> spenders, sys_seconds now) {
  const auto requests = left();
  tell_whether_spent(requests && requests->spendable == 0, now);
  return poll::intervals_in_force(spenders, requests, left_of_day(now));
}

void request_budget::tell_whether_spent(bool is_spent, sys_seconds now) {
  if (std::exchange(is_spent_, is_spent) == is_spent) {
    return;
  }
  log_(is_spent ? log_level::warn : log_level::info,
       is_spent
           ? "what may be spent of the day's requests is spent; reports wait for the platform's "
             "midnight"
           : "there is budget again",
       {{"left_of_day", config::in_words(left_of_day(now))}});
}

void request_budget::add_to(collectors::outcome& outcome, sys_seconds now) const {
  if (!outcome.live) {
    outcome.live.emplace();
  }
  if (const auto remaining = left()) {
    outcome.live->samples.push_back({.family = metrics::family_id::budget_remaining_requests,
                                     .labels = {},
                                     .value = static_cast<double>(remaining->spendable)});
  }
  const auto reset = poll::next_local_midnight(now, *zone_);
  outcome.live->samples.push_back({.family = metrics::family_id::quota_reset_timestamp_seconds,
                                   .labels = {},
                                   .value = static_cast<double>(reset.time_since_epoch().count())});
}

}  // namespace wolkvox::operation
