#include "exporter/poll/schedule.hpp"

#include <algorithm>

namespace wolkvox::poll {

namespace {

constexpr milliseconds first_delay = std::chrono::seconds{30};
constexpr milliseconds longest_delay = std::chrono::minutes{5};
constexpr milliseconds roster_patience = std::chrono::minutes{15};
constexpr int intervals_at_most = 10;
constexpr std::uint32_t doublings_at_most = 20;

}  // namespace

steady_time next_on_grid(steady_time anchor, milliseconds interval, steady_time now) {
  if (now < anchor) {
    return anchor;
  }
  const auto passed = (now - anchor) / interval;
  return anchor + ((passed + 1) * interval);
}

milliseconds back_off(std::uint32_t failures, milliseconds interval, double jitter) {
  const milliseconds start = std::min(first_delay, interval);
  const milliseconds end =
      std::max(interval, std::min(longest_delay, interval * intervals_at_most));
  const std::uint32_t doublings = std::min(failures > 0 ? failures - 1 : 0, doublings_at_most);
  const milliseconds delay = std::min(end, start * (std::int64_t{1} << doublings));
  const double spread = 0.75 + (0.5 * jitter);
  return milliseconds{static_cast<std::int64_t>(static_cast<double>(delay.count()) * spread)};
}

bool roster_may_come(std::optional<steady_time> first_answer, steady_time now) {
  return !first_answer || now - *first_answer < roster_patience;
}

clock_state starting(milliseconds interval, steady_time now) {
  return {.anchor = now,
          .interval = interval,
          .configured = interval,
          .failures = 0,
          .next = now,
          .succeeded = false};
}

clock_state after_success(clock_state state, steady_time begun, steady_time now) {
  if (state.interval != state.configured) {
    state.anchor = begun;
  }
  state.failures = 0;
  state.succeeded = true;
  state.next = next_on_grid(state.anchor, state.interval, now);
  return state;
}

clock_state after_failure(clock_state state, steady_time now, double jitter, setback why) {
  state.failures = why.comes_nearer ? 1 : state.failures + 1;
  const milliseconds interval =
      state.succeeded ? state.interval : std::min(state.interval, longest_delay);
  state.next = now + std::max(back_off(state.failures, interval, jitter), why.retry_after);
  return state;
}

due what_is_due(const clock_state& state, std::optional<steady_time> shows_next, steady_time now) {
  if (now >= state.next) {
    return due::poll;
  }
  return shows_next && now >= *shows_next ? due::show : due::nothing;
}

}  // namespace wolkvox::poll
