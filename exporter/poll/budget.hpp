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

// What requests are for. Live collectors are stretched last and go on when what may be spent is
// spent; names are as patient as reports; quota is what tells of the budget.
enum class purpose : std::uint8_t { live, report, quota };

// One collector as a spender.
struct spender {
  milliseconds interval{};     // as configured
  std::uint32_t requests = 1;  // per poll
  purpose what = purpose::report;
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

// Whether what is left of the day's requests is not for these: they wait for the platform's
// midnight.
bool is_kept_waiting(purpose what, std::optional<requests_left> left);

// The intervals in force, in the spenders' order. Without a known limit the configured ones hold.
// With nothing spendable left the reports wait for the platform's midnight, and live collectors
// share what is there; with nothing left at all everybody waits but who asks whether that is still
// so.
std::vector<milliseconds> intervals_in_force(std::span<const spender> spenders,
                                             std::optional<requests_left> left,
                                             std::chrono::seconds left_of_day);

}  // namespace wolkvox::poll
