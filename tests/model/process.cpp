#include "tests/model/process.hpp"

#include <algorithm>
#include <tuple>

#include "exporter/collectors/settlement_draft.hpp"
#include "exporter/operation/settling.hpp"
#include "exporter/poll/forgetting.hpp"
#include "metrics/next_pages.hpp"
#include "tests/model/wire.hpp"

namespace wolkvox::model {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::hours names_interval{1};
constexpr std::chrono::seconds ledger_retry{15};

std::shared_ptr<const config::operation> make_operation(const scenario& settled) {
  auto made = std::make_shared<config::operation>();
  made->name = "acme";
  made->timezone = settled.zone_name;
  made->currency = "COP";
  return made;
}

config::collector_settings make_settings(const scenario& settled, dice& chance) {
  constexpr std::int64_t factors[] = {1, 2, 6, 100};
  config::collector_settings made;
  made.interval = settled.interval;
  made.lookback = settled.lookback * (settled.changes_lookback ? chance.pick(factors) : 1);
  made.codes_settle = settled.codes_settle;
  made.buckets = {30, 120, 600};
  return made;
}

}  // namespace

process::process(world& around, metrics::ledger& ledger)
    : world_(around),
      ledger_(around, ledger),
      operation_(make_operation(around.settled)),
      people_(std::make_shared<const collectors::privacy>(config::agent_names::show,
                                                          std::array<std::uint8_t, 32>{1, 2, 3})),
      clock_(around.own_wall(), around.steady()),
      names_due_(around.steady()) {
  for (const std::string_view name : around.settled.collectors) {
    collector& made = collectors_.emplace_back();
    made.definition = collectors::find_collector(name);
    made.settings = make_settings(around.settled, around.chance);
    made.clock = poll::starting(made.settings.interval, around.steady());
    made.book = std::make_unique<metrics::accumulated>(
        operation_->name, operation_->series_limit,
        [people = people_](std::string_view id, std::string_view shown) {
          return people->agent_label(id, shown);
        });
  }
  try {
    restore();
  } catch (const killed&) {
    world_.process_is_gone();
    throw;
  }
  world_.process_is_up();
}

process::~process() {
  world_.process_is_gone();
}

void process::restore() {
  const auto loaded = ledger_.load(operation_->name).value();
  names_.restore(loaded.names);
  for (const auto& [name, known] : loaded.collectors) {
    names_.learn_missing(known.names);
  }
  for (collector& each : collectors_) {
    const auto known = loaded.collectors.find(each.definition->name);
    if (known != loaded.collectors.end()) {
      each.memory.covered = known->second.covered;
      each.memory.horizon = known->second.horizon;
      each.book->restore(known->second.series, known->second.names);
    }
    publish_book(each);
  }
}

process::collector& process::next_due(poll::steady_time& when) {
  collector* first = nullptr;
  for (collector& each : collectors_) {
    const auto due = std::min(each.clock.next, each.shows_next.value_or(each.clock.next));
    if (first == nullptr || due < when) {
      first = &each;
      when = due;
    }
  }
  return *first;
}

void process::run_until(sys_seconds end) {
  while (world_.now() < end) {
    poll::steady_time due;
    collector& next = next_due(due);
    due = std::min({due, names_due_, poll::steady_time{end.time_since_epoch()}});
    if (due > world_.steady()) {
      world_.pass(std::chrono::ceil<seconds>(due - world_.steady()));
      continue;
    }
    world_.step();
    if (names_due_ <= world_.steady()) {
      ask_names();
    } else if (next.clock.next <= world_.steady()) {
      const auto begun = world_.steady();
      const bool done = poll_report(next);
      next.clock =
          done ? poll::after_success(next.clock, begun, world_.steady())
               : poll::after_failure(next.clock, world_.steady(), world_.chance.fraction(), {});
    } else {
      publish_book(next);
    }
  }
}

bool process::is_idle() const {
  return std::ranges::none_of(collectors_, [](const collector& each) {
    return each.shows_next || each.memory.covered.size() != 1;
  });
}

const poll::report_memory& process::memory(std::string_view name) const {
  return std::ranges::find(collectors_, name, [](auto& each) { return each.definition->name; })
      ->memory;
}

void process::ask_names() {
  world_.pass(world_.chance.between(0s, 3s));
  names_due_ = world_.steady() + names_interval;
  if (world_.chance.percent(world_.error_percent)) {
    names_due_ = world_.steady() + 1min;
    return;
  }
  clock_.heard(world_.platform.clock(world_.now()), world_.steady());
  collectors::outcome told;
  told.roster = world_.platform.roster(world_.now());
  names_.take(told, world_.own_wall(), world_.steady());
  // What the disk has no room for is known until the process ends.
  std::ignore = ledger_.remember_names(operation_->name, *names_.names());
}

poll::report_settings process::settings_of(const collector& of) const {
  auto settings = operation::settings_of(*of.definition, of.settings, world_.own_wall());
  settings.row_cap = static_cast<std::uint64_t>(world_.settled.row_cap);
  return settings;
}

std::shared_ptr<const collectors::poll_context> process::make_context(const collector& of,
                                                                      poll::interval window) const {
  auto context = std::make_shared<collectors::poll_context>();
  context->operation = operation_;
  context->settings = of.settings;
  context->names = names_.names();
  context->people = people_;
  context->zone = world_.settled.zone;
  context->now = platform_now();
  context->window = window;
  return context;
}

bool process::poll_report(collector& of) {
  const auto due_again = world_.steady() + of.clock.interval;
  if (!learn_the_time(of)) {
    return false;
  }
  const sys_seconds polled = platform_now();
  poll::report_poll poll(settings_of(of), of.memory, polled, *world_.settled.zone);
  while (const auto window = poll.next()) {
    if (!poll.is_worth_asking({.time = world_.steady() < due_again, .requests = true})) {
      break;
    }
    auto reading = read(of, *window);
    if (!reading) {
      if (world_.chance.one_in(2)) {
        poll.came_too_late();
      }
      return false;
    }
    const auto terms =
        poll.answered(reading->told.rows.size(), reading->told.date, world_.chance.one_in(4));
    if (!terms) {
      continue;
    }
    names_.take(reading->outcome, world_.own_wall(), world_.steady());
    const auto settled = settle(of, *reading, *terms, polled);
    if (!settled) {
      return false;
    }
    poll.settled(*terms, settled->revised > 0 || !settled->changed.empty());
  }
  if (poll.is_clock_behind()) {
    return false;
  }
  prune(of);
  return true;
}

bool process::learn_the_time(collector& of) {
  const poll::interval second{.begin = platform_now() - 1s, .end = platform_now()};
  return clock_.is_known() || read(of, second).has_value();
}

std::optional<process::read_result> process::read(collector& of, poll::interval window) {
  const auto context = make_context(of, window);
  const auto reading = of.definition->begin(context);
  const auto queries = of.definition->queries(*context);
  world_.pass(world_.chance.one_in(20) ? world_.chance.between(0s, 60s)
                                       : world_.chance.between(0s, 2s));
  world_.step();
  read_result result;
  result.names = names_.names();
  result.how.codes_before = context->now - std::chrono::ceil<seconds>(of.settings.codes_settle);
  result.how.settled_to =
      context->now - std::min<seconds>(collectors::longest_settling,
                                       std::chrono::floor<seconds>(of.settings.lookback) / 2);
  result.told = world_.platform.ask(queries.front(), world_.now());
  if (!deliver(result.told, *queries.front().schema, *reading, world_)) {
    return std::nullopt;
  }
  clock_.heard(result.told.date, world_.steady());
  result.outcome = reading->finish();
  return result;
}

std::optional<metrics::settled> process::settle(collector& of, read_result& read,
                                                const poll::settlement_terms& terms,
                                                sys_seconds polled) {
  const std::string name{of.definition->name};
  const auto window =
      operation::settlement_of(read.outcome, terms, owner_of(of), *world_.settled.zone,
                               {.wall = world_.own_wall(), .platform = platform_now()});
  const auto done = ledger_.settle(window);
  if (!done) {
    return std::nullopt;
  }
  const metrics::settled& settled = *done;
  read.how.read = window.read;
  read.how.names = read.names.get();
  world_.platform.took(read.told, read.how);
  world_.has_settled(name, polled);
  row_counts& told = world_.told[name];
  told.rows += settled.rows;
  told.late += settled.late;
  told.duplicate += settled.duplicate;
  told.revised += settled.revised;
  told.answered += window.rows.size();
  world_.step();
  of.book->apply(settled.changed);
  publish_book(of);
  return settled;
}

void process::publish_book(collector& of) {
  const std::string name{of.definition->name};
  auto pages = metrics::next_pages(
      *of.book, ledger_, owner_of(of), names_.names(), world_.steady(),
      names_.retirement(world_.settled.retire_after, world_.own_wall(), world_.steady()));
  if (!pages) {
    of.shows_next = world_.steady() + ledger_retry;
    return;
  }
  world_.step();
  world_.publish(name, std::move(*pages));
  world_.step();
  of.shows_next = of.book->pages_published(world_.steady());
}

void process::prune(collector& of) {
  const auto before = poll::rows_to_forget(settings_of(of), of.memory, platform_now());
  if (before) {
    std::ignore = ledger_.prune(operation_->name, std::string{of.definition->name}, *before);
  }
}

}  // namespace wolkvox::model
