// One poll of a live report: ask, read, encode on the pool, publish whole. And what live polls
// teach the operation: names and the quota.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>

#include "exporter/app/offload.hpp"
#include "exporter/app/operation_machine.hpp"
#include "exporter/poll/windows.hpp"
#include "metrics/exposition/text_encoder.hpp"
#include "metrics/live/live_writer.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;

namespace {

// Daily quota per licence (wolkvox-api.md 3.1).
constexpr std::int64_t requests_per_licence = 1000;

// What the pool makes of a reading.
struct encoded {
  metrics::page_set pages;
  std::uint64_t dropped = 0;
};

encoded encode(const metrics::live_table& table, const std::string& operation,
               std::uint64_t limit) {
  metrics::text_encoder encoder;
  encoded result;
  result.dropped = metrics::write_live(table, operation, limit, encoder);
  result.pages = encoder.pages(operation);
  return result;
}

}  // namespace

asio::awaitable<poll_result> operation::machine::poll_live(collector_state& collector) {
  const std::string name{collector.definition->name};
  const auto context = make_context(collector, std::nullopt);
  const auto urgency = name == "names" ? api::urgency::names : api::urgency::live;
  auto reading = co_await read(collector, context, urgency);
  if (!reading) {
    co_return std::unexpected(std::move(reading.error()));
  }
  const std::shared_ptr<collectors::outcome> outcome = reading->outcome;
  collector.metrics.read(*outcome);
  collector.metrics.live_rows(outcome->rows);
  if (outcome->quota) {
    quota_ = outcome->quota;
    spent_since_quota_ = 0;
    add_budget(*outcome);
  }
  statuses_seen_.merge(outcome->statuses_seen);
  take_names(*outcome);
  if (outcome->roster) {
    co_await remember_names();
  }
  if (outcome->live) {
    const encoded result = co_await offload(
        around_.pool, [outcome, operation = settings_->name, limit = settings_->series_limit] {
          return encode(*outcome->live, operation, limit);
        });
    collector.metrics.dropped(result.dropped);
    around_.pages->publish(settings_->name, name, result.pages);
  }
  co_return poll_result{};
}

// The roster replaces what was known; names beside ids in other reports only fill what it does not
// list.
void operation::machine::take_names(const collectors::outcome& outcome) {
  using metrics::named_thing;
  if (outcome.roster) {
    names_ = std::make_shared<const metrics::name_directory>(*outcome.roster);
    return;
  }
  std::shared_ptr<metrics::name_directory> changed;
  for (const named_thing kind : {named_thing::agent, named_thing::skill, named_thing::campaign}) {
    for (const auto& [id, seen] : outcome.seen.all(kind)) {
      if (names_->find(kind, id)) {
        continue;
      }
      if (!changed) {
        changed = std::make_shared<metrics::name_directory>(*names_);
      }
      changed->learn(kind, id, seen);
    }
  }
  if (changed) {
    names_ = changed;
  }
}

asio::awaitable<void> operation::machine::remember_names() {
  const auto kept =
      co_await offload(around_.ledger_thread,
                       [ledger = around_.ledger, operation = settings_->name, names = names_] {
                         return ledger->remember_names(operation, *names);
                       });
  note_ledger(kept ? nullptr : &kept.error());
}

std::optional<std::int64_t> operation::machine::budget_remaining() const {
  std::optional<std::int64_t> limit;
  if (quota_ && quota_->limit) {
    limit = quota_->limit;
  } else if (settings_->licences > 0) {
    limit = std::int64_t{settings_->licences} * requests_per_licence;
  }
  if (!limit) {
    return std::nullopt;
  }
  const auto reserve =
      static_cast<std::int64_t>(std::ceil(static_cast<double>(*limit) * settings_->reserve_ratio));
  const std::int64_t used = quota_ ? quota_->used.value_or(0) : 0;
  return std::max<std::int64_t>(0, *limit - reserve - used - spent_since_quota_);
}

// The two families of token_info that are ours to know: what we may still spend, and when the day
// ends.
void operation::machine::add_budget(collectors::outcome& outcome) const {
  if (!outcome.live) {
    outcome.live.emplace();
  }
  if (const auto remaining = budget_remaining()) {
    outcome.live->samples.push_back({.family = metrics::family_id::budget_remaining_requests,
                                     .labels = {},
                                     .value = static_cast<double>(*remaining)});
  }
  const auto reset = poll::next_local_midnight(platform_now(), *zone_);
  outcome.live->samples.push_back({.family = metrics::family_id::quota_reset_timestamp_seconds,
                                   .labels = {},
                                   .value = static_cast<double>(reset.time_since_epoch().count())});
}

}  // namespace wolkvox::app
