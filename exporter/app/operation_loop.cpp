// The clocks of an operation: each collector polls on its own grid, failures back off, refusals of
// the token slow every collector of the lane down.
#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <vector>

#include "config/duration.hpp"
#include "exporter/app/operation_machine.hpp"
#include "exporter/poll/windows.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// What an await throws once the task was cancelled.
bool is_stop(const std::exception& thrown) {
  const auto* const error = dynamic_cast<const boost::system::system_error*>(&thrown);
  return error != nullptr && error->code() == asio::error::operation_aborted;
}

// Fails as the roster does: where nothing answers, every collector fails alike.
poll_problem roster_problem(const collector_state& names) {
  poll_problem problem;
  problem.reason = names.failing.reason;
  problem.text =
      "its rows tell agents by name: not asked until the collector names has their ids; " +
      names.last_error;
  return problem;
}

}  // namespace

// Ends a wait that would be longer.
void operation::machine::poll_at_latest(collector_state& collector, steady_clock::time_point when) {
  collector.clock.next = std::min(collector.clock.next, when);
  collector.due.cancel();
}

asio::awaitable<void> operation::machine::poll_for_ever(collector_state& collector) {
  const auto self = shared_from_this();
  if (collector.definition->kind != collectors::report_kind::live) {
    // Reports name agents and skills: the roster is asked first.
    while (!names_tried()) {
      co_await names_bell_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
  for (;;) {
    const auto next = collector.clock.next;
    collector.due.expires_at(std::min(next, collector.shows_next.value_or(next)));
    // poll_at_latest() ends the wait early; so does a stop, and then the next await throws.
    co_await collector.due.async_wait(asio::as_tuple(asio::use_awaitable));
    try {
      if (steady_clock::now() >= collector.clock.next) {
        co_await poll_once(collector);
      } else if (collector.shows_next && steady_clock::now() >= *collector.shows_next) {
        co_await publish_book(collector);
      }
    } catch (const std::exception& bug) {
      if (is_stop(bug)) {
        throw;
      }
      // The edge of a task: one broken poll must not end a collector.
      poll_problem problem;
      problem.reason = "internal";
      problem.text = bug.what();
      note_failure(collector, problem);
    }
  }
}

asio::awaitable<void> operation::machine::poll_once(collector_state& collector) {
  const auto begun = steady_clock::now();
  if (poll::is_closed(pause_, begun)) {
    collector.clock.next = pause_.until;
    note_failure(collector, pause_problem_);
    names_bell_.cancel();
    co_return;
  }
  if (const auto* const names = missing_roster(collector)) {
    collector.last_request = names->last_request;  // the one that failed
    note_failure(collector, roster_problem(*names));
    co_return;
  }
  collector.last_attempt = wall_now();
  collector.metrics.attempted(*collector.last_attempt);
  const bool is_live = collector.definition->kind == collectors::report_kind::live;
  const poll_result result =
      is_live ? co_await poll_live(collector) : co_await poll_report(collector);
  begin_day_if_new();
  stretch_intervals();
  if (result) {
    note_success(collector, begun);
  } else {
    note_failure(collector, result.error());
  }
  if (collector.definition->name == "names") {
    names_bell_.cancel();
    if (result) {
      wake_for_roster();
    }
  }
}

// The collector that has not read what this one's first rows cannot be attributed without.
const collector_state* operation::machine::missing_roster(const collector_state& collector) const {
  const collector_state* const names = find("names");
  const bool waits = collector.definition->finds_by_name && !collector.last_attempt &&
                     names != nullptr && !names->last_success &&
                     poll::roster_may_come(first_answer_, steady_clock::now());
  return waits ? names : nullptr;
}

// Who failed for want of the roster does not wait out its back-off.
void operation::machine::wake_for_roster() {
  const auto now = steady_clock::now();
  for (collector_state& collector : collectors_) {
    if (collector.definition->finds_by_name && !collector.last_attempt) {
      poll_at_latest(collector, now);
    }
  }
}

void operation::machine::note_success(collector_state& collector, steady_clock::time_point begun) {
  const auto now = steady_clock::now();
  // An answer that was asked for before the refusal says nothing about it.
  if (pause_.reason && !poll::is_closed(pause_, begun)) {
    log(log_level::info, "the platform answers again", {{"operation", settings_->name}});
    pause_ = poll::after_answer();
  }
  tell_success(collector);
  // On a stretched interval the grid would jump with every new stretch: it starts from this poll.
  if (collector.clock.interval != collector.settings.interval) {
    collector.clock.anchor = begun;
  }
  collector.clock = poll::after_success(collector.clock, now);
  collector.last_success = wall_now();
  collector.last_duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun);
  collector.up = true;
  collector.tried = true;
  collector.last_error.clear();
  collector.metrics.succeeded(*collector.last_success, collector.last_duration);
  if (collector.definition->kind == collectors::report_kind::live) {
    watch_staleness(collector);
  }
}

void operation::machine::note_failure(collector_state& collector, const poll_problem& problem) {
  if (problem.cancelled) {
    return;
  }
  const auto now = steady_clock::now();
  collector.up = false;
  collector.tried = true;
  collector.last_error = problem.text;
  collector.metrics.failed();
  const double jitter = std::uniform_real_distribution<double>{0.0, 1.0}(random_);
  if (problem.comes_nearer) {
    collector.clock.failures = 0;
  }
  collector.clock = poll::after_failure(collector.clock, now, jitter, problem.retry_after);
  if (problem.refused) {
    note_refusal(problem);
  }
  if (const auto opens = lane_opens(collector, now)) {
    collector.clock.next = *opens;
    after_refusal(collector.failing, problem.reason);
  } else {
    tell_failure(collector, problem);
  }
}

void operation::machine::tell_failure(collector_state& collector, const poll_problem& problem) {
  std::vector<const collector_failure*> all;
  std::string names;
  for (const collector_state& each : collectors_) {
    all.push_back(&each.failing);
    names += (names.empty() ? "" : ",") + std::string{each.definition->name};
  }
  const news what = after_failure(lane_failure_, collector.failing, problem.reason, all);
  log(what == news::one ? log_level::warn : log_level::debug, "collector failing",
      {{"operation", settings_->name},
       {"collector", std::string{collector.definition->name}},
       {"reason", problem.reason},
       {"err", problem.text},
       {"request", std::to_string(collector.last_request)},
       {"retry_in", config::in_words(collector.clock.next - steady_clock::now())}});
  if (what == news::every) {
    log(log_level::warn, "every collector of the operation fails alike",
        {{"operation", settings_->name}, {"reason", problem.reason}, {"collectors", names}});
  }
}

void operation::machine::tell_success(collector_state& collector) {
  std::vector<collector_failure*> all;
  for (collector_state& each : collectors_) {
    all.push_back(&each.failing);
  }
  const news what = after_success(lane_failure_, collector.failing, all);
  if (what == news::one) {
    log(log_level::info, "collector recovered",
        {{"operation", settings_->name}, {"collector", std::string{collector.definition->name}}});
  } else if (what == news::every) {
    log(log_level::info, "the platform answers again", {{"operation", settings_->name}});
  }
}

// One word for the whole lane; every collector of it waits for the same probe.
void operation::machine::note_refusal(const poll_problem& problem) {
  const auto now = steady_clock::now();
  if (poll::is_closed(pause_, now)) {
    return;  // told by the refusal that closed it
  }
  const bool is_news =
      pause_.reason != problem.refused || pause_problem_.no_token != problem.no_token;
  pause_ = poll::after_refusal(pause_, *problem.refused, now, problem.retry_after);
  pause_problem_ = problem;
  if (is_news) {
    log(log_level::warn,
        problem.no_token ? "the token cannot be read; every collector of the operation waits"
                         : "the platform refuses the token; every collector of the operation waits",
        {{"operation", settings_->name},
         {"reason", problem.reason},
         {"err", problem.text},
         {"probe_in", config::in_words(pause_.until - now)}});
  }
}

// The configuration was read again: the file of a refused token may have been corrected.
void operation::machine::probe_now() {
  const auto now = steady_clock::now();
  if (!pause_.reason || !poll::is_closed(pause_, now)) {
    return;
  }
  pause_ = poll::after_reload(pause_, now);
  if (poll::is_closed(pause_, now)) {
    return;
  }
  for (collector_state& collector : collectors_) {
    poll_at_latest(collector, now);
  }
}

// When a lane that is closed for this collector opens again; nothing while it is open.
std::optional<steady_clock::time_point> operation::machine::lane_opens(
    const collector_state& collector, steady_clock::time_point now) const {
  if (poll::is_closed(pause_, now)) {
    return pause_.until;
  }
  if (is_kept_waiting(collector, budget_left())) {
    const auto platform = platform_now();
    return now + (poll::next_local_midnight(platform, *zone_) - platform);
  }
  return std::nullopt;
}

// What a request is told whose turn comes while the lane is closed: nothing is sent.
std::optional<api::error> operation::machine::gate(const api::report_query& query) const {
  const auto now = steady_clock::now();
  const collector_state* const collector = find(query.collector);
  if (collector == nullptr || !lane_opens(*collector, now)) {
    return std::nullopt;
  }
  api::error closed;
  closed.kind = api::error_kind::quota;
  closed.operation = settings_->name;
  closed.detail = "not asked: the day's budget is spent";
  if (poll::is_closed(pause_, now)) {
    closed.kind =
        pause_.reason == poll::refusal::quota ? api::error_kind::quota : api::error_kind::auth;
    closed.detail = "not asked: " + pause_problem_.text;
  }
  closed.not_sent = true;
  return closed;
}

void operation::machine::watch_staleness(collector_state& collector) {
  if (collector.definition->families.empty()) {
    return;  // shows nothing that could be withdrawn
  }
  if (collector.polls.cancelled()) {
    return;  // its last poll ended after the timers did: another would outlast the program's end
  }
  // Half an interval of grace: the last allowed poll may still be under way.
  const auto limit =
      collector.clock.interval * settings_->stale_after + collector.clock.interval / 2;
  collector.stale.expires_after(limit);
  collector.stale.async_wait([self = weak_from_this(), &collector](boost::system::error_code ec) {
    const auto kept = self.lock();
    if (ec || !kept) {
      return;
    }
    const std::string name{collector.definition->name};
    kept->around_.pages->withdraw(kept->settings_->name, name);
    log(log_level::warn, "live data are stale and were withdrawn",
        {{"operation", kept->settings_->name}, {"collector", name}});
  });
}

}  // namespace wolkvox::app
