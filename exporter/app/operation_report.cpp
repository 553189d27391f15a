// One poll of a dated report: which windows, what the answer settles, what it then shows.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <iterator>

#include "exporter/app/offload.hpp"
#include "exporter/app/operation_machine.hpp"
#include "exporter/app/sentences.hpp"
#include "exporter/poll/windows.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;
using poll::interval;
using std::chrono::steady_clock;

namespace {

// Rows per request (wolkvox-api.md 3.1): an answer this long may have been cut.
constexpr std::uint64_t row_cap = 60'000;

// A row dated this long before the end of what was covered should have been there already: reports
// show a call 10 to 15 minutes after it (wolkvox-api.md 3.4).
constexpr std::chrono::minutes usual_delay{15};

std::chrono::seconds whole(std::chrono::milliseconds duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration);
}

}  // namespace

asio::awaitable<poll_result> operation::machine::poll_windows(collector_state& collector) {
  const auto now = platform_now();
  collector.covered = poll::cut_after(std::move(collector.covered), now);
  const interval fresh =
      poll::fresh_window(collector.covered, whole(collector.settings.lookback), now, *zone_);
  for (const interval& piece : poll::by_local_month(fresh, *zone_)) {
    const auto answer = co_await answer_window(collector, piece, api::urgency::report);
    if (!answer) {
      co_return std::unexpected(answer.error());
    }
  }
  co_return co_await catch_up(collector);
}

// What an outage left open, newest first, until the next poll is due.
asio::awaitable<poll_result> operation::machine::catch_up(collector_state& collector) {
  const auto until =
      poll::next_on_grid(collector.clock.anchor, collector.clock.interval, steady_clock::now());
  while (steady_clock::now() < until) {
    const auto gap = poll::next_gap(collector.covered, whole(collector.settings.lookback), *zone_);
    if (!gap) {
      break;
    }
    for (const interval& piece : poll::by_local_month(*gap, *zone_)) {
      const auto answer = co_await answer_window(collector, piece, api::urgency::catch_up);
      if (!answer) {
        co_return std::unexpected(answer.error());
      }
    }
    log(log_level::info, "caught up a window",
        {{"operation", settings_->name},
         {"collector", std::string{collector.definition->name}},
         {"from", date::format("%FT%TZ", gap->begin)},
         {"to", date::format("%FT%TZ", gap->end)},
         {"left", in_words(poll::gaps_left(collector.covered))}});
  }
  co_return poll_result{};
}

asio::awaitable<poll_result> operation::machine::poll_days(collector_state& collector) {
  const auto now = platform_now();
  collector.covered = poll::cut_after(std::move(collector.covered), now);
  const std::vector<interval> days = poll::days_to_read(collector.covered, now, *zone_);
  for (const interval& day : days) {
    const bool is_today = day == days.front();
    const auto urgency = is_today ? api::urgency::report : api::urgency::catch_up;
    const auto answer = co_await answer_window(collector, day, urgency);
    if (!answer) {
      co_return std::unexpected(answer.error());
    }
    if (is_today) {
      continue;
    }
    std::optional<poll::day_reading>& previous = collector.past_days[day.begin];
    if (!answer->changed && poll::finishes_day(day, previous, now)) {
      // Kept with the next settlement; a restart before it reads the day twice more.
      collector.covered = poll::unite(std::move(collector.covered), day);
      collector.past_days.erase(day.begin);
    } else {
      previous = poll::day_reading{.day = day.begin, .read_at = now};
    }
  }
  co_return poll_result{};
}

asio::awaitable<std::expected<operation::machine::answered, poll_problem>>
operation::machine::answer_window(collector_state& collector, interval window,
                                  api::urgency how_urgent) {
  const std::vector<interval> covered_before = collector.covered;
  answered total;
  std::vector<interval> pieces{window};  // the next one last
  while (!pieces.empty()) {
    const interval piece = pieces.back();
    pieces.pop_back();
    const auto context = make_context(collector, piece);
    auto reading = co_await read(collector, context, how_urgent);
    if (!reading) {
      co_return std::unexpected(std::move(reading.error()));
    }
    if (reading->most_rows >= row_cap) {
      collector.metrics.truncated();
      if (const auto halves = poll::halve(piece)) {
        pieces.push_back(halves->second);
        pieces.push_back(halves->first);
        continue;
      }
      log(log_level::error,
          "a single second holds more rows than an answer can; some are not counted",
          {{"operation", settings_->name},
           {"collector", std::string{collector.definition->name}},
           {"second", date::format("%FT%TZ", piece.begin)}});
    }
    auto settled =
        co_await settle(collector, draft_settlement(collector, *context, *reading, covered_before));
    if (!settled) {
      co_return std::unexpected(std::move(settled.error()));
    }
    collector.metrics.read(*reading->outcome);
    collector.metrics.settled(*settled);
    total.changed = total.changed || settled->revised > 0 || !settled->changed.empty();
  }
  co_return total;
}

// Everything that one answered piece changes, ready for the ledger.
std::shared_ptr<metrics::settlement> operation::machine::draft_settlement(
    const collector_state& collector, const collectors::poll_context& context,
    const reading_result& reading, const std::vector<interval>& covered_before) const {
  auto window = std::make_shared<metrics::settlement>();
  window->operation = settings_->name;
  window->collector = collector.definition->name;
  window->series = std::move(reading.outcome->series);
  window->contributions = std::move(reading.outcome->contributions);
  window->rows = std::move(reading.outcome->counted);
  window->covered = collector.covered;
  window->late_before = std::chrono::sys_seconds::min();
  // A window that was asked for beyond the platform's own clock is not covered yet.
  interval piece = *context.window;
  piece.end = std::min(piece.end, reading.date.value_or(piece.end));
  if (collector.definition->kind == collectors::report_kind::window) {
    for (const interval& known : covered_before) {
      if (known.begin <= piece.begin && piece.begin < known.end) {
        window->late_before = known.end - usual_delay;
      }
    }
    window->covered = poll::unite(std::move(window->covered), piece);
  } else if (piece.end < poll::next_local_midnight(piece.begin, *zone_)) {
    window->covered = poll::unite(std::move(window->covered), piece);  // today, so far
  }
  return window;
}

asio::awaitable<std::expected<metrics::settled, poll_problem>> operation::machine::settle(
    collector_state& collector, std::shared_ptr<metrics::settlement> window) {
  struct result {
    std::expected<metrics::settled, metrics::ledger_error> settled;
    std::uint64_t dropped = 0;
  };
  result done = co_await offload(around_.ledger_thread,
                                 [ledger = around_.ledger, window, book = collector.book.get()] {
                                   result made;
                                   made.settled = ledger->settle(*window);
                                   if (made.settled) {
                                     made.dropped = book->apply(made.settled->changed);
                                   }
                                   return made;
                                 });
  note_ledger(done.settled ? nullptr : &done.settled.error());
  if (!done.settled) {
    co_return std::unexpected(to_problem(done.settled.error()));
  }
  collector.metrics.dropped(done.dropped);
  collector.covered = window->covered;
  if (!collector.covered.empty() && collector.definition->kind == collectors::report_kind::window) {
    collector.metrics.window_end(collector.covered.back().end);
  }
  co_await publish_book(collector);
  co_return std::move(*done.settled);
}

// Shows what accumulates as it stands. Series that may now show their values are marked in the
// ledger first: a restart must never show less than a page has shown.
asio::awaitable<void> operation::machine::publish_book(collector_state& collector) {
  using marked_pages = std::expected<metrics::page_set, metrics::ledger_error>;
  const std::string name{collector.definition->name};
  const marked_pages made = co_await offload(
      around_.ledger_thread,
      [ledger = around_.ledger, book = collector.book.get(), names = names_,
       operation = settings_->name, name]() -> marked_pages {
        book->use_names(names);
        const auto keys = book->keys_to_show(steady_clock::now());
        if (!keys.empty()) {
          if (const auto marked = ledger->mark_shown(operation, name, keys); !marked) {
            return std::unexpected(marked.error());
          }
          book->show(keys);
        }
        return book->pages();
      });
  note_ledger(made ? nullptr : &made.error());
  if (!made) {
    co_return;
  }
  around_.pages->publish(settings_->name, name, *made);
  co_await offload(around_.ledger_thread, [book = collector.book.get(), now = steady_clock::now()] {
    book->pages_published(now);
    return true;
  });
}

}  // namespace wolkvox::app
