// The platform of one operation: asks it through the client, and knows its time and its temper from
// what it answers. Event-loop thread; rows are read on the pool.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exporter/operation/collector_state.hpp"
#include "exporter/operation/poll_problem.hpp"
#include "exporter/operation/roster.hpp"
#include "exporter/operation/surroundings.hpp"
#include "exporter/poll/platform_clock.hpp"
#include "exporter/threads/secret_file.hpp"

namespace wolkvox::operation {

// What the answers to one report's queries say together.
struct answered {
  std::shared_ptr<collectors::outcome> outcome;
  std::uint64_t most_rows = 0;  // of any of its answers
  std::optional<sys_seconds> date;
  bool is_whole = true;  // every row of them could be read
};

class platform {
 public:
  // As client_settings have them.
  struct hooks {
    std::function<std::optional<api::error>(const api::report_query&)> gate;
    std::function<void(const api::exchange_report&)> told;
  };

  // `on` outlives it.
  explicit platform(const basis& on);

  // Once, before anything is asked. What `with` refers to outlives every ask().
  void connect(hooks with);
  // Whether the token is another than it was when it was last read.
  boost::asio::awaitable<bool> has_another_token();
  // Cuts what is asked; that ends as cancelled.
  void close();

  // What a poll knows as it begins. `window`: of dated reports.
  std::shared_ptr<collectors::poll_context> context(
      const collector_state& of, const roster& names,
      std::optional<poll::interval> window = {}) const;
  // `of` outlives it.
  boost::asio::awaitable<std::expected<answered, poll_problem>> ask(
      collector_state& of, std::shared_ptr<const collectors::poll_context> context,
      api::urgency how_urgent);

  sys_seconds now() const { return clock_.now(on_.now()); }
  // Its clock minus ours; nothing until it told the time.
  std::optional<std::chrono::seconds> skew() const { return clock_.skew(on_.wall(), on_.now()); }
  // With its time or without.
  std::optional<steady_time> first_answer() const { return first_answer_; }

 private:
  boost::asio::awaitable<std::expected<secret, api::error>> read_token();

  const basis& on_;
  poll::platform_clock clock_;
  std::optional<steady_time> first_answer_;
  std::optional<threads::secret_file> token_;
  std::unique_ptr<api::client> client_;
};

}  // namespace wolkvox::operation
