// What an operation's requests cost: counted by collector and day, kept in the ledger, and spread
// so that the day ends inside the budget.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "config/duration.hpp"
#include "config/keys.hpp"
#include "exporter/app/operation_machine.hpp"
#include "exporter/poll/budget.hpp"
#include "exporter/poll/windows.hpp"
#include "exporter/threads/offload.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// Daily quota per licence (wolkvox-api.md 3.1).
constexpr std::int64_t requests_per_licence = 1000;

// How often spending is written to the ledger: what a kill can lose of it, until token_info
// corrects it.
constexpr std::chrono::seconds housekeeping_interval{15};

// Live collectors are stretched last; quota and names are as patient as reports.
bool is_live(const collectors::definition& what) {
  return what.name == "agents" || what.name == "skills" || what.name == "campaigns";
}

// The platform counts what reaches it.
bool never_arrived(const api::exchange_report& exchange) {
  return exchange.failure && (exchange.failure->kind == api::error_kind::connect ||
                              exchange.failure->kind == api::error_kind::tls);
}

}  // namespace

void operation::machine::note_exchange(const api::exchange_report& exchange) {
  begin_day_if_new();
  collector_state* const collector = find(exchange.collector);
  if (collector == nullptr) {
    return;  // a reload took it out and could not wait for its last request
  }
  collector->metrics.exchanged(exchange);
  if (exchange.failure && exchange.failure->no_token) {
    return;  // nobody was asked
  }
  tell_exchange(*collector, exchange);
  if (never_arrived(exchange)) {
    return;
  }
  ++spent_since_quota_;
  ++collector->unkept_requests;
  ++collector->requests_today;
  collector->metrics.spent(collector->requests_today);
}

// Numbered, so that a failure's line leads to its request.
void operation::machine::tell_exchange(collector_state& collector,
                                       const api::exchange_report& exchange) {
  collector.last_request = ++requests_told_;
  log(log_level::debug, "asked the platform",
      {{"operation", settings_->name},
       {"collector", exchange.collector},
       {"report", exchange.report},
       {"request", std::to_string(collector.last_request)},
       {"result", exchange.failure ? std::string{api::to_label(exchange.failure->kind)} : "ok"},
       {"bytes", std::to_string(exchange.bytes)},
       {"duration_ms",
        std::to_string(
            std::chrono::duration_cast<std::chrono::milliseconds>(exchange.duration).count())}});
}

// The platform's quota begins anew at its midnight (assumed: wolkvox-api.md 3.1).
void operation::machine::begin_day_if_new() {
  const std::string today = date::format("%F", zone_->to_local(platform_now()));
  if (today == day_) {
    return;
  }
  const bool is_first = day_.empty();
  day_ = today;
  if (is_first) {
    return;
  }
  if (quota_) {
    quota_->used = 0;
    quota_->remaining = quota_->limit;
  }
  spent_since_quota_ = 0;
  for (collector_state& collector : collectors_) {
    if (collector.definition->name == "quota") {
      collector.clock.next = steady_clock::now();  // what is left has begun anew, too
      collector.due.cancel();
    }
    collector.requests_today = 0;
    collector.unkept_requests = 0;
    collector.metrics.spent(0);
  }
}

std::optional<poll::requests_left> operation::machine::budget_left() const {
  poll::quota_state state;
  if (quota_) {
    state.limit = quota_->limit;
    state.left = quota_->remaining;
  }
  if (!state.limit && settings_->licences > 0) {
    state.limit = std::int64_t{settings_->licences} * requests_per_licence;
  }
  state.reserve_ratio = settings_->reserve_ratio;
  state.spent = spent_since_quota_;
  return poll::left_of(state);
}

// The two families of token_info that are ours to know: what we may still spend, and when the day
// ends.
void operation::machine::add_budget(collectors::outcome& outcome) const {
  if (!outcome.live) {
    outcome.live.emplace();
  }
  if (const auto remaining = budget_left()) {
    outcome.live->samples.push_back({.family = metrics::family_id::budget_remaining_requests,
                                     .labels = {},
                                     .value = static_cast<double>(remaining->spendable)});
  }
  const auto reset = poll::next_local_midnight(platform_now(), *zone_);
  outcome.live->samples.push_back({.family = metrics::family_id::quota_reset_timestamp_seconds,
                                   .labels = {},
                                   .value = static_cast<double>(reset.time_since_epoch().count())});
}

// Sets every collector's interval in force. Without a known limit the configured ones hold. With
// nothing spendable left the reports wait for the platform's midnight, and live collectors share
// what is there; with nothing left at all everybody waits but who asks whether that is still so.
void operation::machine::stretch_intervals() {
  const auto left = budget_left();
  const auto now = platform_now();
  const auto left_of_day = poll::next_local_midnight(now, *zone_) - now;
  note_spent(left && left->spendable == 0, left_of_day);
  std::vector<poll::spender> spenders;
  std::vector<collector_state*> paid;
  for (collector_state& collector : collectors_) {
    collector.clock.interval = collector.settings.interval;
    if (is_kept_waiting(collector, left)) {
      collector.clock.interval = std::chrono::milliseconds{left_of_day};
    } else if (collector.definition->name == "quota" && left && left->spendable == 0) {
      collector.clock.interval =
          std::max<std::chrono::milliseconds>(collector.settings.interval, poll::quota_asked_every);
    } else {
      const config::collector_info* const info = config::find_collector(collector.definition->name);
      spenders.push_back({.interval = collector.settings.interval,
                          .requests = info->requests_per_poll,
                          .live = is_live(*collector.definition)});
      paid.push_back(&collector);
    }
  }
  if (left) {
    const auto budget = left->spendable > 0 ? left->spendable : left->all;
    const auto stretched = poll::stretch(spenders, budget, left_of_day);
    for (std::size_t i = 0; stretched && i < paid.size(); ++i) {
      paid[i]->clock.interval = (*stretched)[i];
    }
  }
  for (collector_state& collector : collectors_) {
    collector.metrics.interval(collector.clock.interval);
  }
}

void operation::machine::note_spent(bool is_spent, std::chrono::seconds left_of_day) {
  if (is_spent == budget_spent_) {
    return;
  }
  budget_spent_ = is_spent;
  log(is_spent ? log_level::warn : log_level::info,
      is_spent
          ? "what may be spent of the day's requests is spent; reports wait for the platform's "
            "midnight"
          : "there is budget again",
      {{"operation", settings_->name}, {"left_of_day", config::in_words(left_of_day)}});
}

// Whether what is left of the day's requests is not for this collector.
bool operation::machine::is_kept_waiting(const collector_state& collector,
                                         std::optional<poll::requests_left> left) {
  if (!left || collector.definition->name == "quota") {
    return false;
  }
  return left->all == 0 || (left->spendable == 0 && !is_live(*collector.definition));
}

// Writes what was spent since the last time. What cannot be written is kept for the next. By name:
// a reload may take a collector out while this waits for the ledger.
asio::awaitable<void> operation::machine::keep_spending() {
  for (const collectors::definition& what : collectors::all_collectors()) {
    collector_state* const before = find(what.name);
    if (before == nullptr) {
      continue;
    }
    const std::uint64_t spent = std::exchange(before->unkept_requests, 0);
    const bool kept = co_await keep_spent(std::string{what.name}, spent);
    collector_state* const after = find(what.name);
    if (!kept && after != nullptr) {
      after->unkept_requests += spent;
    }
  }
}

asio::awaitable<bool> operation::machine::keep_spent(std::string collector,
                                                     std::uint64_t requests) {
  if (requests == 0) {
    co_return true;
  }
  const auto kept = co_await on_ledger(
      [ledger = around_.ledger, operation = settings_->name, collector, day = day_, requests] {
        return ledger->spend(operation, collector, day, requests);
      });
  note_ledger(kept ? nullptr : &kept.error());
  co_return kept.has_value();
}

// Once every report has been asked in the zone: until then a restart asks for the last day again.
asio::awaitable<void> operation::machine::keep_asked_zone() {
  const bool all_asked = std::ranges::all_of(collectors_, [](const collector_state& collector) {
    return !collector.book || collector.last_success;
  });
  if (zone_kept_ || !all_asked) {
    co_return;
  }
  co_await keep_zone(settings_->timezone);
}

asio::awaitable<void> operation::machine::keep_zone(std::string zone) {
  const bool is_asked = zone == settings_->timezone;
  const auto kept = co_await on_ledger(
      [ledger = around_.ledger, operation = settings_->name, zone = std::move(zone)] {
        return ledger->remember_zone(operation, zone);
      });
  note_ledger(kept ? nullptr : &kept.error());
  zone_kept_ = is_asked && kept.has_value();
}

asio::awaitable<void> operation::machine::housekeep_for_ever() {
  const auto self = shared_from_this();
  asio::steady_timer timer(around_.loop);
  for (;;) {
    timer.expires_after(housekeeping_interval);
    co_await timer.async_wait(asio::use_awaitable);
    begin_day_if_new();
    co_await keep_spending();
    co_await keep_asked_zone();
    co_await keep_names();
    if (pause_.reason == poll::refusal::auth && token_) {
      const bool is_another = co_await token_->changed();
      if (is_another) {
        probe_now();
      }
    }
    if (const auto skew = clock_.skew(wall_now(), steady_clock::now())) {
      around_.self
          ->gauge(metrics::family_id::platform_clock_skew_seconds, {{"operation", settings_->name}})
          .set(static_cast<double>(skew->count()));
    }
  }
}

}  // namespace wolkvox::app
