// Polls through the simulated API, so that its faults, daily resets and delays apply.
#include "tests/alerts/score/exporter_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

namespace wolkvox::alerts {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

// contract 2: intervals, `stale_after` and lookback are the defaults there.
constexpr auto stale_after = 3 * minutes{1};
constexpr auto lookback = hours{1};

std::string text(const boost::json::value& row, std::string_view key) {
  return std::string(row.at(key).as_string());
}

std::int64_t number(const boost::json::value& row, std::string_view key) {
  return std::stoll(text(row, key));
}

std::string lower(std::string value) {
  std::ranges::transform(value, value.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return value;
}

// "2026-01-31 13:07:28" as the API's windows are written, "20260131130728".
std::string compact(std::string value) {
  std::erase_if(value, [](char c) { return c < '0' || c > '9'; });
  return value;
}

}  // namespace

std::expected<boost::json::array, unsigned> exporter_model::ask(const std::string& target,
                                                                sys_seconds now) {
  auto answer = platform_.begin(
      {.method = "GET", .target = target, .token = platform_.settings().token}, now);
  platform_.end();
  if (answer.status == 404 && !answer.transport) {
    return boost::json::array{};
  }
  if (answer.status != 200 || answer.transport) {
    return std::unexpected(answer.status);
  }
  auto document = boost::json::parse(answer.body);
  return document.is_array() ? document.as_array() : document.at("data").as_array();
}

void exporter_model::poll_skills(sys_seconds now) {
  const auto rows = ask("/api/v2/real_time.php?api=skills&skill_id=all", now);
  if (!rows) {
    return;
  }
  live_at_ = now;
  live_.clear();
  for (const auto& row : *rows) {
    live_.push_back({.id = text(row, "skill_id"),
                     .name = text(row, "skill_name"),
                     .queue = number(row, "calls_in_queue_now"),
                     .offered = number(row, "stat_inbound"),
                     .answered = number(row, "stat_answer"),
                     .abandoned = number(row, "stat_abandon")});
    // Every skill listed starts its abandoned-call series at 0 (contract 4.8).
    reported_[live_.back().id].name = live_.back().name;
  }
}

void exporter_model::poll_report(sys_seconds now) {
  const auto& local = platform_.centre().time();
  const auto from =
      counted_to_ ? std::min(now - lookback, *counted_to_ - minutes{30}) : now - lookback;
  const auto rows = ask(fmt::format("/api/v2/reports_manager.php?api=skill_2&skill_id=all"
                                    "&date_ini={}&date_end={}",
                                    compact(local.text(from)), compact(local.text(now))),
                        now);
  if (!rows) {
    return;
  }
  counted_to_ = now;
  for (const auto& row : *rows) {
    const auto id = text(row, "skill_id");
    if (lower(text(row, "result")) == "abandon" &&
        known_.insert(text(row, "conn_id") + ' ' + text(row, "date") + ' ' + id).second) {
      auto& counted = reported_[id];
      counted.name = text(row, "skill_name");
      ++counted.calls;
      counted.within_5_seconds += number(row, "abandon_time") <= 5 ? 1 : 0;
    }
  }
}

void exporter_model::restart() {
  live_at_.reset();
  live_.clear();
}

std::vector<live_skill> exporter_model::live(sys_seconds now) const {
  if (!live_at_ || now - *live_at_ > stale_after) {
    return {};
  }
  return live_;
}

}  // namespace wolkvox::alerts
