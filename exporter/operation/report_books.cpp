#include "exporter/operation/report_books.hpp"

#include <utility>

#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/operation/publishing.hpp"
#include "exporter/poll/forgetting.hpp"
#include "exporter/poll/windows.hpp"
#include "metrics/next_pages.hpp"

namespace wolkvox::operation {

namespace asio = boost::asio;

namespace {

// When pages are tried again that the ledger could not keep.
constexpr std::chrono::seconds ledger_retry{15};

struct counted_window {
  metrics::settled settled;
  std::uint64_t dropped = 0;  // series beyond the limit
};

}  // namespace

poll::report_settings settings_of(const collector_state& of, sys_seconds wall) {
  poll::report_settings settings;
  settings.wall = wall;
  settings.how = of.definition->kind == collectors::report_kind::day ? poll::rhythm::days
                                                                     : poll::rhythm::windows;
  settings.lookback = std::chrono::ceil<std::chrono::seconds>(of.settings.lookback);
  settings.settling = collectors::longest_settling;
  return settings;
}

void report_books::restore(collector_state& of, const metrics::collector_state& counted,
                           bool is_another_zone) {
  of.memory.covered =
      is_another_zone ? poll::after_zone_change(counted.covered, counted.horizon) : counted.covered;
  of.memory.horizon = counted.horizon;
  names_.learn_missing(counted.names);
  of.note_dropped(of.book->restore(counted.series, counted.names), on_.settings->series_limit);
}

// Everything that one answer changes, ready for the ledger.
std::shared_ptr<metrics::settlement> report_books::draft(const collector_state& of,
                                                         collectors::outcome& told,
                                                         const poll::settlement_terms& terms,
                                                         sys_seconds platform_now) const {
  auto window = std::make_shared<metrics::settlement>();
  window->operation = on_.name();
  window->collector = of.name();
  window->series = std::move(told.series);
  window->contributions = std::move(told.contributions);
  window->rows = std::move(told.counted);
  window->covered = terms.covered;
  if (terms.is_whole) {
    window->read = poll::in_local_time(terms.read, *on_.zone);
  }
  window->late_before = terms.late_before;
  window->now = on_.wall();
  window->seen = platform_now;
  return window;
}

asio::awaitable<std::expected<metrics::settled, poll_problem>> report_books::settle(
    collector_state& of, collectors::outcome& told, const poll::settlement_terms& terms,
    sys_seconds platform_now) {
  using counting = std::expected<counted_window, metrics::ledger_error>;
  counting done = co_await ledger_.run([window = draft(of, told, terms, platform_now),
                                        book = of.book.get()](metrics::ledger& ledger) -> counting {
    auto settled = ledger.settle(*window);
    if (!settled) {
      return std::unexpected(std::move(settled.error()));
    }
    const auto dropped = book->apply(settled->changed);
    return counted_window{.settled = std::move(*settled), .dropped = dropped};
  });
  if (!done) {
    co_return std::unexpected(to_problem(done.error()));
  }
  of.note_dropped(done->dropped, on_.settings->series_limit);
  co_await show(of);
  co_return std::move(done->settled);
}

asio::awaitable<void> report_books::show(collector_state& of) {
  using kept_pages = std::expected<metrics::page_set, metrics::ledger_error>;
  of.shows_next.reset();
  const kept_pages made = co_await ledger_.run(
      [book = of.book.get(), names = names_.names(), shown = names_.shown(),
       owner = metrics::book_owner{.operation = on_.name(), .collector = of.name()},
       terms = names_.retirement(on_.settings->retire_after, on_.wall(), on_.now()),
       now = on_.around.steady](metrics::ledger& ledger) -> kept_pages {
        return metrics::next_pages(*book, ledger, owner, shown->of(names), now(), terms);
      });
  if (!made) {
    of.shows_next = on_.now() + ledger_retry;
    co_return;
  }
  co_await publish(*on_.around.pages, on_.around.pool, on_.name(), of.name(), *made);
  of.shows_next = co_await ledger_.run([book = of.book.get(), now = on_.now()](metrics::ledger&) {
    return book->pages_published(now);
  });
}

asio::awaitable<void> report_books::show_all(collector_state& of) {
  const auto pages = co_await ledger_.run([book = of.book.get()](metrics::ledger&) {
    book->show_all();
    return book->pages();
  });
  on_.around.pages->publish(on_.name(), of.name(), pages);
}

asio::awaitable<void> report_books::forget_rows(collector_state& of, sys_seconds platform_now) {
  const auto before = poll::rows_to_forget(settings_of(of, on_.wall()), of.memory, platform_now);
  if (before) {
    co_await ledger_.run(
        [operation = on_.name(), name = of.name(), before = *before](metrics::ledger& ledger) {
          return ledger.prune(operation, name, before);
        });
  }
}

}  // namespace wolkvox::operation
