#include "exporter/operation/operation.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace wolkvox::operation {

namespace asio = boost::asio;
using logging::log_level;
using metrics::family_id;

namespace {

// How often spending is written to the ledger: what a kill can lose of it, until token_info
// corrects it.
constexpr std::chrono::seconds housekeeping_interval{15};

// How long a change waits for the polls that it cuts.
constexpr std::chrono::seconds change_waits{3};

bool has_windows(const metrics::operation_state& state) {
  return std::ranges::any_of(state.collectors,
                             [](const auto& each) { return !each.second.covered.empty(); });
}

const config::collector_settings& settings_for(const config::operation& all,
                                               const collectors::definition& what) {
  return all.collectors.find(what.name)->second;
}

}  // namespace

operation::operation(surroundings around, std::shared_ptr<const config::operation> settings)
    : on_(std::move(around), std::move(settings)),
      lane_(on_.log),
      budget_(*on_.settings, *on_.zone, on_.log),
      names_(on_.people->rule()),
      ledger_(on_),
      platform_(on_),
      kept_(on_, ledger_, budget_, names_),
      books_(on_, ledger_, names_),
      collectors_(on_),
      requests_({.on = on_,
                 .asked = platform_,
                 .lane = lane_,
                 .budget = budget_,
                 .collectors = collectors_}),
      poller_({.on = on_,
               .asked = platform_,
               .lane = lane_,
               .names = names_,
               .budget = budget_,
               .requests = requests_,
               .collectors = collectors_,
               .books = books_,
               .kept = kept_}),
      chores_(on_.around.loop, [log = on_.log](const std::string& bug) {
        log(log_level::error, "internal error", {{"err", bug}});
      }) {
  for (const collectors::definition& what : collectors::all_collectors()) {
    if (settings_for(*on_.settings, what).enabled) {
      add(what);
    }
  }
}

collector_state& operation::add(const collectors::definition& what) {
  lane_.enlist(what.name);
  return collectors_.add(what, settings_for(*on_.settings, what));
}

void operation::connect() {
  platform_.connect(
      {.gate = [this](const api::report_query& query) { return requests_.gate(query); },
       .told = [this](const api::exchange_report& exchange) { requests_.exchanged(exchange); }});
}

asio::awaitable<void> operation::restore(remembered known) {
  on_.around.self->counter(family_id::ledger_errors_total, {});  // at 0 from the start
  requests_.begin_day_if_new();
  ledger_.note(nullptr);
  const bool is_another_zone =
      co_await kept_.take_up_zone(known.state.zone, has_windows(known.state));
  names_.restore(std::move(known.state.names));
  budget_.restore(known.day, known.spending);
  for (collector_state& each : collectors_) {
    co_await take_up(each, known.state, is_another_zone);
  }
}

asio::awaitable<void> operation::take_up(collector_state& of, const metrics::operation_state& kept,
                                         bool is_another_zone) {
  of.metrics.spent(budget_.spent_today(of.name()));
  if (!of.book) {
    co_return;
  }
  const auto counted = kept.collectors.find(of.name());
  if (counted != kept.collectors.end()) {
    books_.restore(of, counted->second, is_another_zone);
  }
  co_await books_.show(of);
}

void operation::start() {
  connect();
  poller_.start(shared_from_this());
  chores_.spawn(housekeep_for_ever());
}

asio::awaitable<void> operation::run_once() {
  const auto self = shared_from_this();
  connect();
  for (collector_state& each : collectors_) {
    co_await poller_.poll_once(each);
    if (each.book) {
      co_await books_.show_all(each);
    }
  }
  co_await kept_.keep_spending();
  co_await keep_asked_zone();
}

asio::awaitable<void> operation::housekeep_for_ever() {
  const auto self = shared_from_this();
  asio::steady_timer timer(on_.around.loop);
  for (;;) {
    timer.expires_after(housekeeping_interval);
    co_await timer.async_wait(asio::use_awaitable);
    requests_.begin_day_if_new();
    co_await kept_.keep_spending();
    co_await keep_asked_zone();
    co_await kept_.keep_names();
    if (lane_.waits_for_token() && co_await platform_.has_another_token()) {
      poller_.probe_now();
    }
    if (const auto skew = platform_.skew()) {
      on_.around.self->gauge(family_id::platform_clock_skew_seconds, {{"operation", on_.name()}})
          .set(static_cast<double>(skew->count()));
    }
  }
}

asio::awaitable<void> operation::keep_asked_zone() {
  const bool all_asked = std::ranges::all_of(
      collectors_, [](const collector_state& each) { return !each.book || each.last_success; });
  if (all_asked) {
    co_await kept_.keep_zone();
  }
}

bool operation::can_change_to(const config::operation& settings) const {
  config::operation same = settings;
  same.collectors = on_.settings->collectors;
  return same == *on_.settings;
}

// What is posted to the ledger's thread from here on comes after what was posted before.
asio::awaitable<void> operation::hold() {
  co_await kept_.keep_spending();
  co_await kept_.keep_names();
  ledger_.hold();
}

asio::awaitable<void> operation::change(std::shared_ptr<const config::operation> settings,
                                        remembered known) {
  const auto self = shared_from_this();
  const auto differs = [before = on_.settings, after = settings](const auto& what) {
    return settings_for(*before, what) != settings_for(*after, what);
  };
  collectors_.cut(differs);
  ledger_.release();
  const auto until = on_.now() + change_waits;
  const std::list<collector_state> predecessors = co_await collectors_.take_out(differs, until);
  on_.settings = std::move(settings);
  poller_.ring_for_names();
  for (const collectors::definition& what : collectors::all_collectors()) {
    if (!differs(what)) {
      continue;
    }
    if (!settings_for(*on_.settings, what).enabled) {
      lane_.discharge(what.name);
      on_.around.pages->remove(on_.name(), std::string{what.name});
      on_.around.self->remove_collector(on_.name(), what.name);
      continue;
    }
    collector_state& of = add(what);
    const auto predecessor =
        std::ranges::find(predecessors, &what, [](const auto& each) { return each.definition; });
    if (predecessor != predecessors.end()) {
      of.inherit(*predecessor);
      if (of.is_live()) {
        poller_.watch_staleness(of);  // what it shows stays until its first answer
      }
    }
    co_await take_up(of, known.state, false);
    poller_.begin(of);
  }
  requests_.stretch_intervals();
}

void operation::end() {
  chores_.cancel();
  collectors_.cut([](const auto&) { return true; });
  platform_.close();
  is_taken_over_ = ledger_.is_held();
  ledger_.release();
}

asio::awaitable<bool> operation::ended(steady_time until) {
  const auto self = shared_from_this();
  const bool chores_ended = co_await chores_.join(until);
  const bool polls_ended = co_await collectors_.ended(until);
  const bool all = chores_ended && polls_ended;
  if (all) {
    co_await kept_.keep_spending();
  }
  if (all && !is_taken_over_) {
    co_await kept_.keep_names();
  }
  co_return all;
}

bool operation::ready() const {
  return std::ranges::all_of(collectors_, &collector_state::tried);
}

}  // namespace wolkvox::operation
