#include "exporter/poll/lane_pause.hpp"

#include <algorithm>

namespace wolkvox::poll {

namespace {

constexpr milliseconds longest_pause = std::chrono::minutes{15};
constexpr milliseconds first_auth_pause = std::chrono::minutes{1};
constexpr std::uint32_t doublings_at_most = 4;

}  // namespace

lane_pause after_refusal(lane_pause pause, refusal reason, steady_time now,
                         milliseconds retry_after) {
  pause.refusals = pause.reason == reason ? pause.refusals + 1 : 1;
  pause.reason = reason;
  milliseconds wait = longest_pause;
  if (reason == refusal::auth) {
    const std::uint32_t doublings = std::min(pause.refusals - 1, doublings_at_most);
    wait = std::min(longest_pause, first_auth_pause * (1 << doublings));
  }
  pause.until = now + std::max(wait, retry_after);
  return pause;
}

lane_pause after_answer() {
  return {};
}

lane_pause after_reload(lane_pause pause, steady_time now) {
  if (pause.reason == refusal::auth) {
    pause.until = now;
  }
  return pause;
}

bool is_closed(const lane_pause& pause, steady_time now) {
  return pause.reason.has_value() && now < pause.until;
}

}  // namespace wolkvox::poll
