// A reload that changes single collectors of an operation: they end, begin or are replaced while
// the others go on.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "exporter/app/operation_machine.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// How long a change waits for the polls that it cuts.
constexpr std::chrono::seconds change_waits{3};

}  // namespace

bool operation::machine::can_change_to(const config::operation& settings) const {
  config::operation same = settings;
  same.collectors = settings_->collectors;
  return same == *settings_;
}

// What is posted to the ledger's thread from here on comes after what was posted before.
asio::awaitable<void> operation::machine::hold() {
  co_await keep_spending();
  co_await keep_names();
  held_ = true;
}

void operation::machine::release() {
  held_ = false;
  released_.cancel();
}

asio::awaitable<void> operation::machine::change(std::shared_ptr<const config::operation> settings,
                                                 remembered known) {
  const auto self = shared_from_this();
  const auto differs = [before = settings_, after = settings](const collectors::definition& what) {
    return before->collectors.find(what.name)->second != after->collectors.find(what.name)->second;
  };
  const std::list<collector_state> predecessors = co_await take_out(differs);
  settings_ = std::move(settings);
  names_bell_.cancel();  // who waits for the roster looks whether it is still asked for
  for (const collectors::definition& what : collectors::all_collectors()) {
    const config::collector_settings& how = settings_->collectors.find(what.name)->second;
    if (!differs(what)) {
      continue;
    }
    if (!how.enabled) {
      around_.pages->remove(settings_->name, std::string{what.name});
      around_.self->remove_collector(settings_->name, what.name);
      continue;
    }
    collector_state& collector = add(what, how);
    const auto predecessor =
        std::ranges::find(predecessors, &what, [](const auto& each) { return each.definition; });
    if (predecessor != predecessors.end()) {
      inherit(collector, *predecessor);
      known.spending.insert_or_assign(std::string{what.name}, predecessor->requests_today);
    }
    co_await take_up(collector, known, false);
    collector.polls.spawn(poll_for_ever(collector));
  }
  stretch_intervals();
}

// What people were told of a collector stays true, and what a live one shows stays until its first
// answer under the new settings.
void operation::machine::inherit(collector_state& collector, const collector_state& predecessor) {
  collector.last_attempt = predecessor.last_attempt;
  collector.last_success = predecessor.last_success;
  collector.last_duration = predecessor.last_duration;
  collector.tried = predecessor.tried;
  collector.up = predecessor.up;
  collector.failing = predecessor.failing;
  collector.last_error = predecessor.last_error;
  if (!collector.book) {
    watch_staleness(collector);
  }
}

// Ends collectors, and the hold: the others go on. Who does not end in time is kept where its poll
// may still look.
asio::awaitable<std::list<collector_state>> operation::machine::take_out(
    std::function<bool(const collectors::definition&)> which) {
  for (collector_state& each : collectors_) {
    if (which(*each.definition)) {
      each.polls.cancel();
      each.stale.cancel();
    }
  }
  release();
  const auto until = steady_clock::now() + change_waits;
  std::list<collector_state> ended;
  std::list<collector_state>* to = nullptr;
  for (auto next = collectors_.begin(); next != collectors_.end();) {
    const auto each = next++;
    if (which(*each->definition)) {
      to = co_await each->polls.join(time_left(until)) ? &ended : &leaving_;
      to->splice(to->end(), collectors_, each);
    }
  }
  for (const collector_state& each : ended) {
    co_await keep_spent(std::string{each.definition->name}, each.unkept_requests);
  }
  co_return ended;
}

bool operation::can_change_to(const config::operation& settings) const {
  return machine_->can_change_to(settings);
}

asio::awaitable<void> operation::change(std::shared_ptr<const config::operation> settings,
                                        remembered known) {
  return machine_->change(std::move(settings), std::move(known));
}

asio::awaitable<void> operation::hold() {
  return machine_->hold();
}

void operation::release() {
  machine_->release();
}

}  // namespace wolkvox::app
