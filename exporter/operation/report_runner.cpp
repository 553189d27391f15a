#include "exporter/operation/report_runner.hpp"

#include <date/date.h>

#include "config/duration.hpp"
#include "exporter/operation/settling.hpp"
#include "exporter/poll/windows.hpp"

namespace wolkvox::operation {

namespace asio = boost::asio;
using logging::log_level;
using poll::interval;

namespace {

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

void tell_beyond_cap(collector_state& of, interval window) {
  of.metrics.truncated();
  of.log(log_level::error,
         "an answer that cannot be cut smaller holds as many rows as answers can; some may not be "
         "counted",
         {{"window", in_words(window)}});
}

void tell_settled(collector_state& of, const collectors::outcome& told,
                  const metrics::settled& settled) {
  of.metrics.read(told);
  of.metrics.settled(settled);
  of.metrics.catch_up_remaining(poll::gaps_left(of.memory.covered));
  if (!of.memory.covered.empty()) {
    of.metrics.window_end(of.memory.covered.back().end);
  }
}

}  // namespace

asio::awaitable<poll_result> report_runner::poll(collector_state& of) {
  const auto due_again = with_.on.now() + of.clock.interval;
  if (const auto asked = co_await learn_the_time(of); !asked) {
    co_return asked;
  }
  poll::report_poll poll(settings_of(*of.definition, of.settings, with_.on.wall()), of.memory,
                         with_.asked.now(), *with_.on.zone);
  std::optional<poll_problem> unreadable;
  while (const auto window = poll.next()) {
    if (poll.is_passed_over()) {
      if (const auto done = co_await pass_over(of, poll, *window); !done) {
        co_return done;
      }
      continue;
    }
    const bool is_catching_up = poll.is_catching_up();
    if (!poll.is_worth_asking({.time = with_.on.now() < due_again,
                               .requests = !with_.budget.is_kept_waiting(of.name())})) {
      break;
    }
    const auto begun = with_.on.now();
    const auto told =
        co_await ask(of, *window, is_catching_up ? api::urgency::catch_up : api::urgency::report);
    if (!told) {
      if (told.error().late_answer) {
        poll.came_too_late();
      }
      unreadable = told.error();
      if (unreadable->unreadable && poll.came_unreadable()) {
        continue;
      }
      co_return std::unexpected(told.error());
    }
    if (co_await learn_strangers(*told->outcome)) {
      continue;  // asked again, and attributed
    }
    const bool quick = poll::was_quick(with_.on.now() - begun, with_.on.settings->timeout);
    auto terms = poll.answered(told->most_rows, told->date, quick);
    if (!terms) {
      of.metrics.truncated();
      continue;
    }
    if (terms->beyond_cap) {
      tell_beyond_cap(of, *window);
    }
    if (const auto done = co_await settle(of, poll, *told, std::move(*terms)); !done) {
      co_return done;
    }
    if (!is_catching_up) {
      dates_.heard_rows(of, *told->outcome);
    } else if (poll::covers(of.memory.covered, *window)) {
      // A day that is over is read more than once before it is finished.
      of.log(log_level::info, "caught up a window",
             {{"window", in_words(*window)},
              {"left", config::in_words(poll::gaps_left(of.memory.covered))}});
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
  co_await dates_.look_for_absence(of, with_.names);
  co_await with_.books.forget_rows(of, with_.asked.now());
  co_return poll_result{};
}

asio::awaitable<report_runner::reading> report_runner::ask(collector_state& of, interval window,
                                                           api::urgency how_urgent) {
  const auto context = with_.asked.context(of, with_.names, window);
  if (with_.roster_is_polled()) {
    context->strangers = with_.names.known_strangers(with_.on.now());
  }
  co_return co_await with_.asked.ask(of, context, how_urgent);
}

// By our own clock alone, which may be wrong by years, windows would be cut and codes taken for
// old: unless an answer told the platform's time already, the report's last second is asked for it.
asio::awaitable<poll_result> report_runner::learn_the_time(collector_state& of) {
  if (!with_.asked.first_answer()) {
    const auto now = with_.asked.now();
    const auto told = co_await ask(of, {.begin = now - std::chrono::seconds{1}, .end = now},
                                   api::urgency::report);
    if (!told) {
      co_return std::unexpected(told.error());
    }
  }
  co_return poll_result{};
}

// A row names an agent that no roster has: true where the roster was read for it.
asio::awaitable<bool> report_runner::learn_strangers(const collectors::outcome& told) {
  const auto now = with_.on.now();
  with_.names.note_strangers(told.strangers, now);
  const bool is_wanted =
      told.has_left_out && with_.roster_is_polled() && with_.names.shall_be_asked(now);
  co_return is_wanted&& co_await with_.read_roster();
}

asio::awaitable<poll_result> report_runner::settle(collector_state& of, poll::report_poll& poll,
                                                   const answered& told,
                                                   poll::settlement_terms terms) {
  terms.is_whole = terms.is_whole && told.is_whole;
  // First: a page shows a name as soon as a row has told it.
  with_.names.take(*told.outcome, with_.on.wall(), with_.on.now());
  const auto settled = co_await with_.books.settle(of, *told.outcome, terms, with_.asked.now());
  if (!settled) {
    co_return std::unexpected(settled.error());
  }
  poll.settled(terms,
               settled->revised > 0 || !settled->changed.empty() || told.outcome->has_left_out);
  tell_settled(of, *told.outcome, *settled);
  co_return poll_result{};
}

// Whatever the platform has there cannot be had: what follows must not wait for it.
asio::awaitable<poll_result> report_runner::pass_over(collector_state& of, poll::report_poll& poll,
                                                      interval second) {
  auto terms = poll.answered(0, std::nullopt).value();
  terms.is_whole = false;
  collectors::outcome nothing;
  const auto settled = co_await with_.books.settle(of, nothing, terms, with_.asked.now());
  if (!settled) {
    co_return std::unexpected(settled.error());
  }
  poll.settled(terms, false);
  tell_settled(of, nothing, *settled);
  of.metrics.passed_over(second.end - second.begin);
  of.log(log_level::error, "a second of the report stays unreadable and is passed over",
         {{"window", in_words(second)}});
  co_return poll_result{};
}

}  // namespace wolkvox::operation
