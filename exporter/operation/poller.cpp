#include "exporter/operation/poller.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <utility>
#include <vector>

namespace wolkvox::operation {

namespace asio = boost::asio;
using logging::log_level;

namespace {

// What an await throws once the task was cancelled.
bool is_stop(const std::exception& thrown) {
  const auto* const error = dynamic_cast<const boost::system::system_error*>(&thrown);
  return error != nullptr && error->code() == asio::error::operation_aborted;
}

poll_problem internal_problem(const std::exception& bug) {
  poll_problem problem;
  problem.reason = "internal";
  problem.text = bug.what();
  return problem;
}

}  // namespace

poller::poller(const parts& with)
    : with_(with),
      reports_({.on = with.on,
                .asked = with.asked,
                .names = with.names,
                .budget = with.budget,
                .books = with.books,
                .roster_is_polled = [this] { return roster_is_polled(); },
                .read_roster = [this] { return read_roster(); }}),
      live_({.on = with.on,
             .asked = with.asked,
             .names = with.names,
             .budget = with.budget,
             .kept = with.kept}),
      names_bell_(with.on.around.loop, steady_time::max()),
      random_(std::random_device{}()) {}

void poller::start(const std::shared_ptr<const void>& owner) {
  owner_ = owner;
  with_.requests.stretch_intervals();
  for (collector_state& each : with_.collectors) {
    begin(each);
  }
}

void poller::begin(collector_state& of) {
  of.polls.spawn(poll_for_ever(of, owner_.lock()));
}

asio::awaitable<void> poller::poll_for_ever(collector_state& of,
                                            std::shared_ptr<const void> owner) {
  const auto kept = std::move(owner);
  if (!of.is_live()) {
    // Reports name agents and skills: the roster is asked first.
    for (const auto* names = with_.collectors.find("names"); names != nullptr && !names->tried;
         names = with_.collectors.find("names")) {
      co_await names_bell_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
  }
  for (;;) {
    const auto wakes = std::min(of.clock.next, of.shows_next.value_or(of.clock.next));
    of.due.expires_after(wakes - with_.on.now());
    // poll_at_latest() ends the wait early; so does a stop, and then the next await throws.
    co_await of.due.async_wait(asio::as_tuple(asio::use_awaitable));
    try {
      switch (poll::what_is_due(of.clock, of.shows_next, with_.on.now())) {
        case poll::due::poll:
          co_await poll_once(of);
          break;
        case poll::due::show:
          co_await with_.books.show(of);
          break;
        case poll::due::nothing:
          break;
      }
    } catch (const std::exception& bug) {
      if (is_stop(bug)) {
        throw;
      }
      // The edge of a task: one broken poll must not end a collector.
      failed(of, internal_problem(bug));
    }
  }
}

asio::awaitable<void> poller::poll_once(collector_state& of) {
  const auto begun = with_.on.now();
  if (const auto opens = with_.lane.opens(begun)) {
    of.clock.next = *opens;
    failed(of, with_.lane.closed_by());
    ring_for_names();
    co_return;
  }
  if (const auto* const names = missing_roster(of)) {
    of.last_request = names->last_request;  // the one that failed
    // Fails as the roster does: where nothing answers, every collector fails alike.
    poll_problem problem;
    problem.reason = with_.lane.reason_of("names");
    problem.text =
        "its rows tell agents by name: not asked until the collector names has their ids; " +
        names->last_error;
    failed(of, problem);
    co_return;
  }
  of.last_attempt = with_.on.wall();
  of.metrics.attempted(*of.last_attempt);
  const poll_result result = co_await poll(of);
  with_.requests.begin_day_if_new();
  with_.requests.stretch_intervals();
  if (result) {
    succeeded(of, begun);
  } else {
    failed(of, result.error());
  }
  if (of.definition->name == "names") {
    ring_for_names();
    for (collector_state& each : with_.collectors) {
      // Who failed for want of the roster does not wait out its back-off.
      if (result && each.definition->finds_by_name && !each.last_attempt) {
        each.poll_at_latest(with_.on.now());
      }
    }
  }
}

asio::awaitable<poll_result> poller::poll(collector_state& of) {
  if (!of.is_live()) {
    co_return co_await reports_.poll(of);
  }
  const auto told = co_await live_.poll(of);
  if (!told) {
    co_return std::unexpected(told.error());
  }
  for (collector_state& each : with_.collectors) {
    const auto listed = each.definition->listed_live;
    const auto total = listed ? told->find(*listed) : told->end();
    if (total != told->end()) {
      poll::heard_live(each.dates, total->second, with_.asked.now());
    }
  }
  co_return poll_result{};
}

// The collector that has not read what this one's first rows cannot be attributed without.
const collector_state* poller::missing_roster(const collector_state& of) const {
  const collector_state* const names = with_.collectors.find("names");
  const bool waits = of.definition->finds_by_name && !of.last_attempt && names != nullptr &&
                     !names->last_success &&
                     poll::roster_may_come(with_.asked.first_answer(), with_.on.now());
  return waits ? names : nullptr;
}

bool poller::roster_is_polled() const {
  return !owner_.expired() && with_.collectors.find("names") != nullptr;
}

asio::awaitable<bool> poller::read_roster() {
  const auto now = with_.on.now();
  with_.collectors.find("names")->poll_at_latest(now);
  co_await names_bell_.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return with_.names.was_read_after(now);
}

void poller::succeeded(collector_state& of, steady_time begun) {
  const auto now = with_.on.now();
  with_.lane.succeeded(of.name(), begun);
  of.clock = poll::after_success(of.clock, begun, now);
  of.last_success = with_.on.wall();
  of.last_duration = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun);
  of.up = true;
  of.tried = true;
  of.last_error.clear();
  of.metrics.succeeded(*of.last_success, of.last_duration);
  if (of.is_live()) {
    watch_staleness(of);
  }
}

void poller::failed(collector_state& of, const poll_problem& why) {
  if (why.cancelled) {
    return;
  }
  const auto now = with_.on.now();
  of.up = false;
  of.tried = true;
  of.last_error = why.text;
  of.metrics.failed();
  const double jitter = std::uniform_real_distribution<double>{0.0, 1.0}(random_);
  of.clock = poll::after_failure(
      of.clock, now, jitter, {.retry_after = why.retry_after, .comes_nearer = why.comes_nearer});
  if (why.refused) {
    with_.lane.refused(why, now);
  }
  if (const auto opens = with_.requests.opens_for(of, now)) {
    of.clock.next = *opens;
    with_.lane.failed_when_closed(of.name(), why.reason);
  } else {
    with_.lane.failed(of.name(), why, of.last_request, of.clock.next - now);
  }
}

void poller::probe_now() {
  const auto now = with_.on.now();
  if (with_.lane.reopen(now)) {
    for (collector_state& each : with_.collectors) {
      each.poll_at_latest(now);
    }
  }
}

void poller::watch_staleness(collector_state& of) {
  if (of.definition->families.empty()) {
    return;  // shows nothing that could be withdrawn
  }
  if (of.polls.cancelled()) {
    return;  // its last poll ended after the timers did: another would outlast the program's end
  }
  // Half an interval of grace: the last allowed poll may still be under way.
  of.stale.expires_after(of.clock.interval * with_.on.settings->stale_after +
                         of.clock.interval / 2);
  of.stale.async_wait([this, owner = owner_, &of](boost::system::error_code ec) {
    const auto kept = owner.lock();
    if (ec || !kept) {
      return;
    }
    with_.on.around.pages->withdraw(with_.on.name(), of.name());
    of.log(log_level::warn, "live data are stale and were withdrawn");
  });
}

}  // namespace wolkvox::operation
