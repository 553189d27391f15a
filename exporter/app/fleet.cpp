#include "exporter/app/fleet.hpp"

#include <algorithm>

namespace wolkvox::app {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// How long a reload waits for the polls of operations that changed or left.
constexpr std::chrono::seconds reload_waits{3};

}  // namespace

asio::awaitable<std::expected<void, std::string>> fleet::take(config::config configuration) {
  std::map<std::string, member> old = std::move(members_);
  members_.clear();
  std::vector<std::shared_ptr<const config::operation>> fresh;
  std::vector<std::shared_ptr<const config::operation>> changed;
  for (config::operation& each : configuration.operations) {
    const auto known = old.find(each.name);
    const bool stays = known != old.end() && known->second.running->can_change_to(each);
    const bool differs = !stays || *known->second.settings != each;
    if (stays) {
      known->second.running->probe_now();
      members_.insert(old.extract(known));
    }
    if (differs) {
      auto settings = std::make_shared<const config::operation>(std::move(each));
      (stays ? changed : fresh).push_back(std::move(settings));
    }
  }
  co_await end(old, reload_waits);
  for (const auto& [name, left] : old) {
    around_.pages->withdraw_operation(name);
    around_.self->remove_operation(name);
  }
  old.clear();
  std::string problem;
  for (const auto& settings : changed) {
    member& known = members_.at(settings->name);
    known.settings = settings;
    if (const auto taken = co_await known.running->change(settings); !taken) {
      problem = taken.error().detail;
    }
  }
  for (const auto& settings : fresh) {
    member added;
    added.settings = settings;
    added.running = std::make_unique<operation>(around_, settings);
    if (const auto restored = co_await added.running->restore(); !restored) {
      problem = restored.error().detail;
      continue;
    }
    members_.emplace(settings->name, std::move(added));
  }
  if (!problem.empty()) {
    co_return std::unexpected(problem);
  }
  co_return std::expected<void, std::string>{};
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
  co_return std::ranges::all_of(status(), [](const web::operation_status& operation) {
    return std::ranges::all_of(operation.collectors, &web::collector_status::up);
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

std::vector<web::operation_status> fleet::status() const {
  std::vector<web::operation_status> result;
  result.reserve(members_.size());
  for (const auto& [name, each] : members_) {
    result.push_back(each.running->status());
  }
  return result;
}

}  // namespace wolkvox::app
