// The day's requests: how many are left for us, and how far apart polls must be so that the day
// ends inside them (wolkvox-api.md 3.1: licences x 1000 a day, shared by all tokens). Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wolkvox::poll {

using std::chrono::milliseconds;

// One collector as a spender.
struct spender {
  milliseconds interval{};     // as configured
  std::uint32_t requests = 1;  // per poll
  bool live = false;           // stretched last
};

// The intervals that make the spenders end the day within `remaining` requests, in their order.
// Reports are stretched first, up to six times; after that everything alike; nothing beyond the end
// of the day, unless it was configured so. Nothing when nothing is left.
std::optional<std::vector<milliseconds>> stretch(std::span<const spender> spenders,
                                                 std::int64_t remaining,
                                                 std::chrono::seconds left_of_day);

// What is known of the quota of one day.
struct quota_state {
  std::optional<std::int64_t> limit;  // token_info's, else 1000 x licences; nothing: no budget
  double reserve_ratio = 0;           // never spent by us
  std::int64_t used = 0;              // by everybody, as far as known
};

// Requests we may still spend today; nothing where no limit is known. Never below 0.
std::optional<std::int64_t> budget_remaining(const quota_state& quota);

}  // namespace wolkvox::poll
