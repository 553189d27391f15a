// One poll of a live report: ask, read, encode on the pool, publish whole. And what live polls
// teach the operation: names and the quota.
#include <boost/asio/use_awaitable.hpp>

#include "exporter/app/operation_machine.hpp"
#include "exporter/app/publishing.hpp"
#include "exporter/threads/offload.hpp"
#include "metrics/exposition/recording.hpp"
#include "metrics/live/live_writer.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;

namespace {

// What the pool makes of a reading.
struct encoded {
  metrics::page_set pages;
  std::uint64_t dropped = 0;
};

// The table ends here: to free it takes milliseconds, which the event loop has not.
encoded encode(metrics::live_table table, const std::string& operation, std::uint64_t limit) {
  metrics::recorder out;
  encoded result;
  result.dropped = metrics::write_live(table, operation, limit, out);
  result.pages = metrics::make_pages(out.finish());
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
    stretch_intervals();
    add_budget(*outcome);
  }
  statuses_seen_.merge(outcome->statuses_seen);
  hear_live(*outcome);
  take_names(*outcome);
  if (outcome->roster) {
    roster_ = std::make_shared<const metrics::name_directory>(std::move(*outcome->roster));
    roster_read_ = std::chrono::steady_clock::now();
    co_await keep_names();
  }
  if (outcome->live) {
    encoded result = co_await threads::offload(
        around_.pool, [outcome, operation = settings_->name, limit = settings_->series_limit] {
          return encode(std::move(*outcome->live), operation, limit);
        });
    note_dropped(collector, result.dropped);
    co_await publish(*around_.pages, around_.pool, settings_->name, name, std::move(result.pages));
  }
  co_return poll_result{};
}

// A name once shown stays until the roster tells another for the same id: a label that went back to
// the id would be another series to Prometheus. Other reports name what has no name yet. Nearly
// always nothing changes: then nothing of a directory of 60,000 names is copied.
void operation::machine::take_names(const collectors::outcome& outcome) {
  const auto told = names_->missing_of(outcome.seen);
  const bool is_heard = outcome.roster && names_->is_news(*outcome.roster);
  if (told == metrics::name_directory{} && !is_heard) {
    return;
  }
  auto changed = std::make_shared<metrics::name_directory>(*names_);
  changed->learn(told);
  const bool is_news = is_heard && changed->hear(*outcome.roster, wall_now());
  if (is_news || told != metrics::name_directory{}) {
    names_ = std::move(changed);
    names_kept_ = false;
  }
}

asio::awaitable<void> operation::machine::keep_names() {
  if (names_kept_) {
    co_return;
  }
  names_kept_ = true;
  const auto kept = co_await on_ledger(
      [ledger = around_.ledger, operation = settings_->name, names = names_, shown = shown_names_] {
        return ledger->remember_names(operation, *shown->of(names));
      });
  note_ledger(kept ? nullptr : &kept.error());
  names_kept_ = names_kept_ && kept.has_value();
}

}  // namespace wolkvox::app
