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
  std::optional<std::int64_t> left;   // as the platform last said; nothing: the whole limit
  double reserve_ratio = 0;           // of the limit: for others
  std::int64_t spent = 0;             // by us since then
};

// Nothing where no limit is known; never below 0.
struct requests_left {
  std::int64_t all = 0;        // until the platform refuses
  std::int64_t spendable = 0;  // without the reserve: at 0 the reports stop, live collectors go on
};
std::optional<requests_left> left_of(const quota_state& quota);

// What nothing else tells is asked all the same: whether there is budget again.
inline constexpr std::chrono::hours quota_asked_every{1};

}  // namespace wolkvox::poll
