#include "exporter/app/fleet.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "exporter/logging/log.hpp"
#include "exporter/poll/forgetting.hpp"
#include "exporter/threads/offload.hpp"

namespace wolkvox::app {

using logging::log_level;

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// How long a reload waits for the polls of operations that changed or left.
constexpr std::chrono::seconds reload_waits{3};

// How often what nobody polls any more is looked through.
constexpr std::chrono::hours forgetting_interval{1};

std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

using reading = std::expected<operation::recollection, metrics::ledger_error>;
using forgetting = std::expected<void, metrics::ledger_error>;

// What a running collector forgets by itself: here the collectors that are none any more.
forgetting forget_unpolled(metrics::ledger& ledger, const std::set<metrics::collector_name>& polled,
                           std::chrono::sys_seconds before) {
  const auto kept = ledger.collectors();
  if (!kept) {
    return std::unexpected(kept.error());
  }
  for (const metrics::collector_name& each : *kept) {
    if (polled.contains(each)) {
      continue;
    }
    if (auto pruned = ledger.prune(each.operation, each.collector, before); !pruned) {
      return std::unexpected(std::move(pruned.error()));
    }
  }
  return {};
}

}  // namespace

fleet::fleet(operation::surroundings around) : lanes_(around.loop), around_(std::move(around)) {
  around_.connect = [this](api::client_settings settings) {
    auto turns = lanes_.of(settings.operation);
    return api::make_client(std::move(settings), std::move(turns));
  };
}

fleet::plan fleet::plan_for(config::config configuration) const {
  plan next;
  std::set<std::string, std::less<>> leaving;
  for (const auto& [name, each] : members_) {
    leaving.insert(name);
  }
  for (config::operation& each : configuration.operations) {
    const auto known = members_.find(each.name);
    const bool stays = known != members_.end() && known->second.running->can_change_to(each);
    if (stays) {
      leaving.erase(each.name);
    }
    if (stays && *known->second.settings == each) {
      next.stay.push_back(each.name);
      continue;
    }
    auto settings = std::make_shared<const config::operation>(std::move(each));
    (stays ? next.changed : next.fresh).push_back(std::move(settings));
  }
  next.leaving.assign(leaving.begin(), leaving.end());
  return next;
}

// While the ledger is read, those whose part of it is read leave it alone.
asio::awaitable<reading> fleet::read_for(const plan& next) {
  std::vector<operation::operation*> held;
  operation::wanted_state wanted{.operations = {}, .going_on = {}, .key = around_.hash_key};
  for (const std::string& name : next.stay) {
    wanted.going_on.push_back(members_.at(name).settings);
  }
  held.reserve(next.leaving.size() + next.changed.size());
  for (const std::string& name : next.leaving) {
    held.push_back(members_.at(name).running.get());
  }
  for (const auto& settings : next.changed) {
    operation::operation* const running = members_.at(settings->name).running.get();
    held.push_back(running);
    wanted.operations.push_back({.settings = settings, .now = running->platform_now()});
  }
  for (const auto& settings : next.fresh) {
    wanted.operations.push_back({.settings = settings, .now = wall_now()});
  }
  for (operation::operation* each : held) {
    co_await each->hold();
  }
  auto known = co_await threads::offload(around_.ledger_thread,
                                         [ledger = around_.ledger, wanted]() -> reading {
                                           return operation::remember(*ledger, wanted);
                                         });
  if (!known) {
    around_.self->counter(metrics::family_id::ledger_errors_total, {}).increment();
    std::ranges::for_each(held, &operation::operation::release);
    co_return known;
  }
  for (const std::string& name : known->erased) {
    log(log_level::info, "names or ids of agents that may not be kept were erased from the ledger",
        {{"operation", name}});
  }
  co_return known;
}

asio::awaitable<void> fleet::remove(const std::vector<std::string>& leaving) {
  std::map<std::string, member> old;
  for (const std::string& name : leaving) {
    old.insert(members_.extract(name));
  }
  co_await end(old, reload_waits);
  for (const auto& [name, left] : old) {
    around_.pages->remove_operation(name);
    around_.self->remove_operation(name);
  }
}

asio::awaitable<std::expected<void, std::string>> fleet::take(config::config configuration) {
  const plan next = plan_for(std::move(configuration));
  auto known = co_await read_for(next);
  if (!known) {
    co_return std::unexpected(known.error().detail);
  }
  co_await remove(next.leaving);
  for (const std::string& name : next.stay) {
    members_.at(name).running->probe_now();
  }
  for (const auto& settings : next.changed) {
    member& each = members_.at(settings->name);
    each.settings = settings;
    each.running->probe_now();
    co_await each.running->change(settings, std::move(known->operations.at(settings->name)));
  }
  for (const auto& settings : next.fresh) {
    member& added = members_[settings->name];
    added.settings = settings;
    added.running = std::make_shared<operation::operation>(around_, settings);
    co_await added.running->restore(std::move(known->operations.at(settings->name)));
  }
  co_return std::expected<void, std::string>{};
}

// Of our own clock and those of the platforms the one that forgets least: each may be wrong.
std::chrono::sys_seconds fleet::earliest_now() const {
  auto earliest = wall_now();
  for (const auto& [name, each] : members_) {
    earliest = std::min(earliest, each.running->platform_now());
  }
  return earliest;
}

std::set<metrics::collector_name> fleet::polled() const {
  std::set<metrics::collector_name> names;
  for (const auto& [name, each] : members_) {
    for (const auto& [collector, how] : each.settings->collectors) {
      if (how.enabled) {
        names.insert({.operation = name, .collector = collector});
      }
    }
  }
  return names;
}

asio::awaitable<void> fleet::forget_for_ever() {
  asio::steady_timer timer(around_.loop);
  for (;;) {
    const auto done =
        co_await threads::offload(around_.ledger_thread,
                                  [ledger = around_.ledger, polled = polled(),
                                   before = poll::long_unseen(earliest_now())]() -> forgetting {
                                    return forget_unpolled(*ledger, polled, before);
                                  });
    if (!done) {
      log(log_level::warn, "what is not polled any more could not be forgotten; tried again",
          {{"err", done.error().detail}});
    }
    timer.expires_after(forgetting_interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

void fleet::start() {
  for (auto& [name, each] : members_) {
    if (!each.started) {
      each.started = true;
      each.running->start();
    }
  }
}

asio::awaitable<bool> fleet::run_once() {
  for (auto& [name, each] : members_) {
    co_await each.running->run_once();
  }
  co_return std::ranges::all_of(status(), [](const auto& each) {
    return std::ranges::all_of(each.collectors, &operation::collector_status::up);
  });
}

asio::awaitable<bool> fleet::end(std::map<std::string, member>& members,
                                 std::chrono::milliseconds deadline) {
  for (auto& [name, each] : members) {
    each.running->end();
  }
  const auto until = steady_clock::now() + deadline;
  bool all = true;
  for (auto& [name, each] : members) {
    all = co_await each.running->ended(until) && all;
  }
  co_return all;
}

asio::awaitable<bool> fleet::stop(std::chrono::milliseconds deadline) {
  const bool all = co_await end(members_, deadline);
  lanes_.close();
  co_return all;
}

bool fleet::ready() const {
  return std::ranges::all_of(members_,
                             [](const auto& each) { return each.second.running->ready(); });
}

std::vector<operation::operation_status> fleet::status() const {
  std::vector<operation::operation_status> result;
  result.reserve(members_.size());
  for (const auto& [name, each] : members_) {
    result.push_back(each.running->status());
  }
  return result;
}

}  // namespace wolkvox::app
