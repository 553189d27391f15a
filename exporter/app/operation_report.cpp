// One poll of a dated report: ask for the windows that the machine of report_poll.hpp names, settle
// what they answer, show what it adds up to.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "config/duration.hpp"
#include "exporter/app/operation_machine.hpp"
#include "exporter/app/publishing.hpp"
#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/poll/forgetting.hpp"
#include "exporter/poll/windows.hpp"
#include "exporter/threads/offload.hpp"
#include "metrics/next_pages.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;
using poll::interval;
using std::chrono::steady_clock;

namespace {

// When pages are tried again that the ledger could not keep.
constexpr std::chrono::seconds ledger_retry{15};

// How often, at most, a name that nobody is known by has the roster asked for it.
constexpr std::chrono::hours roster_asked_again{1};

poll::report_settings settings_of(const collector_state& collector, std::chrono::sys_seconds wall) {
  poll::report_settings settings;
  settings.wall = wall;
  settings.how = collector.definition->kind == collectors::report_kind::day ? poll::rhythm::days
                                                                            : poll::rhythm::windows;
  settings.lookback = std::chrono::ceil<std::chrono::seconds>(collector.settings.lookback);
  settings.settling = collectors::longest_settling;
  return settings;
}

std::string in_words(interval window) {
  return date::format("%FT%TZ", window.begin) + "/" + date::format("%FT%TZ", window.end);
}

poll_problem clock_problem() {
  poll_problem problem;
  problem.reason = "clock";
  problem.text = "the platform's clock is behind what was counted long ago; reports wait for it";
  return problem;
}

// Of a poll that had no request left to ask for it again.
poll_problem unreadable_problem() {
  poll_problem problem;
  problem.reason = api::to_label(api::error_kind::parse);
  problem.text = "a part of the report could not be read and is asked for in halves";
  return problem;
}

}  // namespace

asio::awaitable<poll_result> operation::machine::poll_report(collector_state& collector) {
  const auto due_again = steady_clock::now() + collector.clock.interval;
  if (const auto asked = co_await learn_the_time(collector); !asked) {
    co_return std::unexpected(asked.error());
  }
  poll::report_poll poll(settings_of(collector, wall_now()), collector.memory, platform_now(),
                         *zone_);
  std::optional<poll_problem> unreadable;
  while (const auto window = poll.next()) {
    if (poll.is_passed_over()) {
      if (const auto done = co_await pass_over(collector, poll, *window); !done) {
        co_return std::unexpected(done.error());
      }
      continue;
    }
    const bool is_catching_up = poll.is_catching_up();
    if (!poll.is_worth_asking({.time = steady_clock::now() < due_again,
                               .requests = !is_kept_waiting(collector, budget_left())})) {
      break;
    }
    const auto urgency = is_catching_up ? api::urgency::catch_up : api::urgency::report;
    const auto asked = steady_clock::now();
    auto reading = co_await read(collector, make_context(collector, window), urgency);
    if (!reading) {
      if (reading.error().late_answer) {
        poll.came_too_late();
      }
      unreadable = reading.error();
      if (unreadable->unreadable && poll.came_unreadable()) {
        continue;
      }
      co_return std::unexpected(std::move(reading.error()));
    }
    note_strangers(*reading->outcome);
    if (reading->outcome->has_left_out && co_await learn_agents()) {
      continue;  // asked again, and attributed
    }
    // Twice as much takes twice as long, or somewhat more.
    const bool quick = steady_clock::now() - asked < settings_->timeout / 4;
    auto terms = poll.answered(reading->most_rows, reading->date, quick);
    if (!terms) {
      collector.metrics.truncated();
      continue;
    }
    if (terms->beyond_cap) {
      note_beyond_cap(collector, *window);
    }
    terms->is_whole = terms->is_whole && reading->is_whole;
    take_names(*reading->outcome);  // first: a page shows a name as soon as a row has told it
    auto settled = co_await settle(collector, draft(collector, *reading->outcome, *terms));
    if (!settled) {
      co_return std::unexpected(std::move(settled.error()));
    }
    poll.settled(*terms, settled->revised > 0 || !settled->changed.empty() ||
                             reading->outcome->has_left_out);
    note_settled(collector, *reading->outcome, *settled);
    if (!is_catching_up) {
      hear_rows(collector, *reading->outcome);
    }
    // A day that is over is read more than once before it is finished.
    if (is_catching_up && poll::covers(collector.memory.covered, *window)) {
      note_caught_up(collector, *window);
    }
  }
  if (poll.is_left_unreadable()) {
    auto problem = unreadable.value_or(unreadable_problem());
    problem.comes_nearer = poll.has_narrowed();
    co_return std::unexpected(std::move(problem));
  }
  if (poll.is_clock_behind()) {
    co_return std::unexpected(clock_problem());
  }
  co_await look_for_absence(collector);
  co_await prune(collector);
  co_return poll_result{};
}

// Whatever the platform has there cannot be had: what follows must not wait for it.
asio::awaitable<poll_result> operation::machine::pass_over(collector_state& collector,
                                                           poll::report_poll& poll,
                                                           interval second) {
  auto terms = poll.answered(0, std::nullopt).value();
  terms.is_whole = false;
  collectors::outcome nothing;
  auto settled = co_await settle(collector, draft(collector, nothing, terms));
  if (!settled) {
    co_return std::unexpected(std::move(settled.error()));
  }
  poll.settled(terms, false);
  note_settled(collector, nothing, *settled);
  collector.metrics.passed_over(second.end - second.begin);
  log(log_level::error, "a second of the report stays unreadable and is passed over",
      {{"operation", settings_->name},
       {"collector", std::string{collector.definition->name}},
       {"window", in_words(second)}});
  co_return poll_result{};
}

// By our own clock alone, which may be wrong by years, windows would be cut and codes taken for
// old: unless an answer told the platform's time already, the report's last second is asked for it.
asio::awaitable<std::expected<void, poll_problem>> operation::machine::learn_the_time(
    collector_state& collector) {
  if (!first_answer_) {
    const interval second{.begin = platform_now() - std::chrono::seconds{1}, .end = platform_now()};
    const auto reading =
        co_await read(collector, make_context(collector, second), api::urgency::report);
    if (!reading) {
      co_return std::unexpected(reading.error());
    }
  }
  co_return std::expected<void, poll_problem>{};
}

void operation::machine::note_strangers(const collectors::outcome& outcome) {
  constexpr std::chrono::hours longest_kept{48};
  const auto now = steady_clock::now();
  std::erase_if(strangers_, [&](const auto& each) { return now - each.second > longest_kept; });
  for (const metrics::identity& each : outcome.strangers) {
    strangers_.try_emplace(each, now);
  }
}

// Who was there before the roster was last read, or waits for it as long as it is not asked again.
std::optional<std::set<metrics::identity>> operation::machine::known_strangers() const {
  if (!is_started_ || find("names") == nullptr) {
    return std::nullopt;
  }
  const auto now = steady_clock::now();
  std::set<metrics::identity> known;
  for (const auto& [id, since] : strangers_) {
    if (since < roster_read_ || now - since >= roster_asked_again) {
      known.insert(id);
    }
  }
  return known;
}

// A row names an agent that no roster has: the roster is asked, once an hour at most. True where it
// was read.
asio::awaitable<bool> operation::machine::learn_agents() {
  const auto now = steady_clock::now();
  collector_state* const roster = find("names");
  const bool is_too_soon = roster_wanted_ && now - *roster_wanted_ < roster_asked_again;
  if (roster == nullptr || !is_started_ || is_too_soon) {
    co_return false;
  }
  roster_wanted_ = now;
  poll_at_latest(*roster, now);
  co_await names_bell_.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return roster_read_ > now;
}

void operation::machine::note_beyond_cap(collector_state& collector, interval window) {
  collector.metrics.truncated();
  log(log_level::error,
      "an answer that cannot be cut smaller holds as many rows as answers can; some may not be "
      "counted",
      {{"operation", settings_->name},
       {"collector", std::string{collector.definition->name}},
       {"window", in_words(window)}});
}

void operation::machine::note_settled(collector_state& collector,
                                      const collectors::outcome& outcome,
                                      const metrics::settled& settled) {
  collector.metrics.read(outcome);
  collector.metrics.settled(settled);
  collector.metrics.catch_up_remaining(poll::gaps_left(collector.memory.covered));
  if (!collector.memory.covered.empty()) {
    collector.metrics.window_end(collector.memory.covered.back().end);
  }
}

void operation::machine::note_caught_up(const collector_state& collector, interval window) {
  log(log_level::info, "caught up a window",
      {{"operation", settings_->name},
       {"collector", std::string{collector.definition->name}},
       {"window", in_words(window)},
       {"left", config::in_words(poll::gaps_left(collector.memory.covered))}});
}

// Everything that one answer changes, ready for the ledger.
std::shared_ptr<metrics::settlement> operation::machine::draft(
    const collector_state& collector, collectors::outcome& outcome,
    const poll::settlement_terms& terms) const {
  auto window = std::make_shared<metrics::settlement>();
  window->operation = settings_->name;
  window->collector = collector.definition->name;
  window->series = std::move(outcome.series);
  window->contributions = std::move(outcome.contributions);
  window->rows = std::move(outcome.counted);
  window->covered = terms.covered;
  if (terms.is_whole) {
    window->read = poll::in_local_time(terms.read, *zone_);
  }
  window->late_before = terms.late_before;
  window->now = wall_now();
  window->seen = platform_now();
  return window;
}

asio::awaitable<std::expected<metrics::settled, poll_problem>> operation::machine::settle(
    collector_state& collector, std::shared_ptr<metrics::settlement> window) {
  struct result {
    std::expected<metrics::settled, metrics::ledger_error> settled;
    std::uint64_t dropped = 0;
  };
  result done = co_await on_ledger([ledger = around_.ledger, window, book = collector.book.get()] {
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
  note_dropped(collector, done.dropped);
  co_await publish_book(collector);
  co_return std::move(*done.settled);
}

// Shows what accumulates as it stands, and again when what waits may be shown. One at a time per
// collector: only the collector's own coroutine comes here.
asio::awaitable<void> operation::machine::publish_book(collector_state& collector) {
  using kept_pages = std::expected<metrics::page_set, metrics::ledger_error>;
  collector.shows_next.reset();
  const std::string name{collector.definition->name};
  const kept_pages made = co_await on_ledger(
      [ledger = around_.ledger, book = collector.book.get(), names = names_, shown = shown_names_,
       owner = metrics::book_owner{.operation = settings_->name, .collector = name},
       terms = retirement()]() -> kept_pages {
        return metrics::next_pages(*book, *ledger, owner, shown->of(names), steady_clock::now(),
                                   terms);
      });
  note_ledger(made ? nullptr : &made.error());
  if (!made) {
    collector.shows_next = steady_clock::now() + ledger_retry;
    co_return;
  }
  co_await publish(*around_.pages, around_.pool, settings_->name, name, *made);
  collector.shows_next =
      co_await on_ledger([book = collector.book.get(), now = steady_clock::now()] {
        return book->pages_published(now);
      });
}

// A roster that was not read for a day tells nobody's leaving.
metrics::retirement_terms operation::machine::retirement() const {
  constexpr std::chrono::hours longest{24};
  const bool is_fresh = steady_clock::now() - roster_read_ <= longest;
  return {
      .after = settings_->retire_after, .now = wall_now(), .roster = is_fresh ? roster_ : nullptr};
}

// What is printed once is not seen growing: it shows the values themselves. The ledger is not told,
// so that a serving exporter starts the same series at 0.
asio::awaitable<void> operation::machine::show_all(collector_state& collector) {
  const auto pages = co_await on_ledger([book = collector.book.get()] {
    book->show_all();
    return book->pages();
  });
  around_.pages->publish(settings_->name, std::string{collector.definition->name}, pages);
}

asio::awaitable<void> operation::machine::prune(collector_state& collector) {
  const auto before =
      poll::rows_to_forget(settings_of(collector, wall_now()), collector.memory, platform_now());
  if (!before) {
    co_return;
  }
  const auto pruned =
      co_await on_ledger([ledger = around_.ledger, operation = settings_->name,
                          name = std::string{collector.definition->name},
                          before = *before] { return ledger->prune(operation, name, before); });
  note_ledger(pruned ? nullptr : &pruned.error());
}

}  // namespace wolkvox::app
