#include "exporter/operation/live_runner.hpp"

#include <utility>

#include "exporter/operation/publishing.hpp"
#include "exporter/threads/offload.hpp"
#include "metrics/exposition/recording.hpp"
#include "metrics/live/live_writer.hpp"

namespace wolkvox::operation {

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

asio::awaitable<std::expected<live_totals, poll_problem>> live_runner::poll(collector_state& of) {
  const auto context = with_.asked.context(of, with_.names);
  context->statuses_seen = statuses_seen_;
  const auto urgency = of.name() == "names" ? api::urgency::names : api::urgency::live;
  auto answer = co_await with_.asked.ask(of, context, urgency);
  if (!answer) {
    co_return std::unexpected(std::move(answer.error()));
  }
  const std::shared_ptr<collectors::outcome> told = answer->outcome;
  of.metrics.read(*told);
  of.metrics.live_rows(told->rows);
  if (told->quota) {
    with_.budget.heard(*told->quota);
    with_.budget.add_to(*told, with_.asked.now());
  }
  statuses_seen_.merge(told->statuses_seen);
  const bool is_roster = told->roster.has_value();
  with_.names.take(*told, with_.on.wall(), with_.on.now());
  if (is_roster) {
    co_await with_.kept.keep_names();
  }
  if (told->live) {
    co_await publish_table(of, told);
  }
  co_return told->live_totals;
}

asio::awaitable<void> live_runner::publish_table(collector_state& of,
                                                 std::shared_ptr<collectors::outcome> told) {
  encoded result = co_await threads::offload(
      with_.on.around.pool,
      [told, operation = with_.on.name(), limit = with_.on.settings->series_limit] {
        return encode(std::move(*told->live), operation, limit);
      });
  of.note_dropped(result.dropped, with_.on.settings->series_limit);
  co_await publish(*with_.on.around.pages, with_.on.around.pool, with_.on.name(), of.name(),
                   std::move(result.pages));
}

}  // namespace wolkvox::operation
