#include "exporter/operation/collector_list.hpp"

#include <algorithm>

namespace wolkvox::operation {

namespace asio = boost::asio;

collector_state* collector_list::find(std::string_view name) {
  const auto found = std::ranges::find_if(
      collectors_, [&](const collector_state& each) { return each.definition->name == name; });
  return found == collectors_.end() ? nullptr : &*found;
}

collector_state& collector_list::add(const collectors::definition& what,
                                     const config::collector_settings& how) {
  // Definitions stand in order of urgency.
  const auto next = std::ranges::find_if(
      collectors_, [&](const collector_state& each) { return each.definition > &what; });
  return *collectors_.emplace(next, on_, what, how);
}

void collector_list::cut(const choice& which) {
  for (collector_state& each : collectors_) {
    if (which(*each.definition)) {
      each.polls.cancel();
      each.stale.cancel();
    }
  }
}

asio::awaitable<std::list<collector_state>> collector_list::take_out(choice which,
                                                                     steady_time until) {
  std::list<collector_state> ended;
  for (auto next = collectors_.begin(); next != collectors_.end();) {
    const auto each = next++;
    if (which(*each->definition)) {
      const bool in_time = co_await each->polls.join(until);
      auto& to = in_time ? ended : leaving_;
      to.splice(to.end(), collectors_, each);
    }
  }
  co_return ended;
}

asio::awaitable<bool> collector_list::ended(steady_time until) {
  bool all = true;
  for (collector_state& each : collectors_) {
    all = co_await each.polls.join(until) && all;
  }
  co_return all;
}

}  // namespace wolkvox::operation
