#include "exporter/poll/budget.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace wolkvox::poll {

namespace {

// How far reports are stretched before live collectors are: a five-minute report becomes
// half-hourly, still within its lookback.
constexpr double reports_first = 6.0;

// What nothing else tells is asked all the same: whether there is budget again.
constexpr std::chrono::hours quota_asked_every{1};

// What the spenders would ask in the rest of the day at their configured intervals.
double wanted(std::span<const spender> spenders, std::chrono::seconds left, bool of_live) {
  double requests = 0;
  for (const spender& each : spenders) {
    if ((each.what == purpose::live) == of_live) {
      requests += each.requests * std::chrono::duration<double>{left} / each.interval;
    }
  }
  return requests;
}

}  // namespace

std::optional<std::vector<milliseconds>> stretch(std::span<const spender> spenders,
                                                 std::int64_t remaining,
                                                 std::chrono::seconds left_of_day) {
  if (remaining <= 0) {
    return std::nullopt;
  }
  const double live = wanted(spenders, left_of_day, true);
  const double reports = wanted(spenders, left_of_day, false);
  const auto budget = static_cast<double>(remaining);
  double live_factor = 1;
  double report_factor = 1;
  if (live + reports > budget) {
    report_factor =
        budget > live ? reports / (budget - live) : std::numeric_limits<double>::infinity();
    if (report_factor > reports_first) {
      live_factor = std::max(1.0, (reports / reports_first + live) / budget);
      report_factor = reports_first * live_factor;
    }
  }
  std::vector<milliseconds> intervals;
  intervals.reserve(spenders.size());
  for (const spender& each : spenders) {
    const double factor = each.what == purpose::live ? live_factor : report_factor;
    const double stretched = std::ceil(static_cast<double>(each.interval.count()) * factor);
    // The next day has a budget of its own: no poll that this one cannot pay waits beyond it.
    const milliseconds longest = std::max<milliseconds>(each.interval, left_of_day);
    intervals.push_back(stretched < static_cast<double>(longest.count())
                            ? milliseconds{static_cast<std::int64_t>(stretched)}
                            : longest);
  }
  return intervals;
}

std::optional<requests_left> left_of(const quota_state& quota) {
  const auto told = quota.left ? quota.left : quota.limit;
  if (!told) {
    return std::nullopt;
  }
  const auto limit = static_cast<double>(quota.limit.value_or(*told));
  const auto reserve = static_cast<std::int64_t>(std::ceil(limit * quota.reserve_ratio));
  const auto all = std::max<std::int64_t>(0, *told - quota.spent);
  return requests_left{.all = all, .spendable = std::max<std::int64_t>(0, all - reserve)};
}

bool is_kept_waiting(purpose what, std::optional<requests_left> left) {
  if (!left || what == purpose::quota) {
    return false;
  }
  return left->all == 0 || (left->spendable == 0 && what != purpose::live);
}

std::vector<milliseconds> intervals_in_force(std::span<const spender> spenders,
                                             std::optional<requests_left> left,
                                             std::chrono::seconds left_of_day) {
  std::vector<milliseconds> intervals;
  std::vector<spender> paid;
  std::vector<std::size_t> whose;
  for (const spender& each : spenders) {
    const bool is_spent = left && left->spendable == 0;
    if (is_kept_waiting(each.what, left)) {
      intervals.emplace_back(left_of_day);
      continue;
    }
    intervals.push_back(each.interval);
    if (is_spent && each.what == purpose::quota) {
      intervals.back() = std::max<milliseconds>(each.interval, quota_asked_every);
    } else {
      paid.push_back(each);
      whose.push_back(intervals.size() - 1);
    }
  }
  if (left) {
    const auto budget = left->spendable > 0 ? left->spendable : left->all;
    const auto stretched = stretch(paid, budget, left_of_day);
    for (std::size_t i = 0; stretched && i < paid.size(); ++i) {
      intervals[whose[i]] = (*stretched)[i];
    }
  }
  return intervals;
}

}  // namespace wolkvox::poll
