// The collectors of an operation that are enabled, in order of urgency. Their addresses are stable.
// Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <list>
#include <string_view>

#include "exporter/operation/collector_state.hpp"

namespace wolkvox::operation {

class collector_list {
 public:
  using choice = std::function<bool(const collectors::definition&)>;

  // `on` outlives it.
  explicit collector_list(const basis& on) : on_(on) {}

  auto begin() { return collectors_.begin(); }
  auto end() { return collectors_.end(); }
  auto begin() const { return collectors_.begin(); }
  auto end() const { return collectors_.end(); }
  // Null where it is not enabled.
  collector_state* find(std::string_view name);

  // Takes its place; due at once.
  collector_state& add(const collectors::definition& what, const config::collector_settings& how);
  // Cuts the polls and timers of those.
  void cut(const choice& which);
  // Waits for their end. Who does not end in time is kept where its poll may still look, and is
  // not among those that are answered.
  boost::asio::awaitable<std::list<collector_state>> take_out(choice which, steady_time until);
  // True when every poll has ended in time.
  boost::asio::awaitable<bool> ended(steady_time until);

 private:
  const basis& on_;
  std::list<collector_state> collectors_;
  std::list<collector_state> leaving_;  // taken out before their polls could end
};

}  // namespace wolkvox::operation
