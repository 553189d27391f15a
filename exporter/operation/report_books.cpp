#include "exporter/operation/report_books.hpp"

#include <utility>

#include "exporter/operation/publishing.hpp"
#include "exporter/operation/settling.hpp"
#include "exporter/poll/forgetting.hpp"
#include "exporter/poll/windows.hpp"

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

void report_books::restore(collector_state& of, const metrics::collector_state& counted,
                           bool is_another_zone) {
  of.memory.covered =
      is_another_zone ? poll::after_zone_change(counted.covered, counted.horizon) : counted.covered;
  of.memory.horizon = counted.horizon;
  names_.learn_missing(counted.names);
  of.note_dropped(of.book->restore(counted.series, counted.names), on_.settings->series_limit);
}

asio::awaitable<std::expected<metrics::settled, poll_problem>> report_books::settle(
    collector_state& of, collectors::outcome& told, const poll::settlement_terms& terms,
    sys_seconds platform_now) {
  using counting = std::expected<counted_window, metrics::ledger_error>;
  auto window = std::make_shared<metrics::settlement>(settlement_of(
      told, terms, owner_of(of), *on_.zone, {.wall = on_.wall(), .platform = platform_now}));
  counting done =
      co_await ledger_.run([window, book = of.book.get()](metrics::ledger& ledger) -> counting {
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
      [book = of.book.get(), names = names_.names(), shown = names_.shown(), owner = owner_of(of),
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
  const auto before = poll::rows_to_forget(settings_of(*of.definition, of.settings, on_.wall()),
                                           of.memory, platform_now);
  if (before) {
    co_await ledger_.run(
        [operation = on_.name(), name = of.name(), before = *before](metrics::ledger& ledger) {
          return ledger.prune(operation, name, before);
        });
  }
}

}  // namespace wolkvox::operation
