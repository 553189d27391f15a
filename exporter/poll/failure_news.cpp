#include "exporter/poll/failure_news.hpp"

#include <algorithm>

namespace wolkvox::poll {

namespace {

collector_failure& of(lane_failure& lane, std::string_view collector) {
  return lane.collectors.try_emplace(std::string{collector}).first->second;
}

}  // namespace

news after_failure(lane_failure& lane, std::string_view collector, std::string_view reason) {
  collector_failure& failed = of(lane, collector);
  if (failed.reason != reason) {
    failed = {.reason = std::string{reason}, .told = false};
  }
  if (lane.reason != reason) {
    if (failed.told) {
      return news::nothing;
    }
    lane.reason = reason;
    lane.whole = false;
    failed.told = true;
    return news::one;
  }
  const auto fails_alike = [&](const auto& each) { return each.second.reason == reason; };
  if (lane.whole || lane.collectors.size() < 2 ||
      !std::ranges::all_of(lane.collectors, fails_alike)) {
    return news::nothing;
  }
  lane.whole = true;
  return news::every;
}

void after_refusal(lane_failure& lane, std::string_view collector, std::string_view reason) {
  of(lane, collector) = {.reason = std::string{reason}, .told = false};
}

news after_success(lane_failure& lane, std::string_view collector) {
  collector_failure& succeeded = of(lane, collector);
  const bool was_whole = lane.whole;
  const bool was_told = succeeded.told;
  lane.reason.clear();
  lane.whole = false;
  succeeded = {};
  if (was_whole) {
    for (auto& [name, each] : lane.collectors) {
      each.told = false;
    }
    return news::every;
  }
  return was_told ? news::one : news::nothing;
}

}  // namespace wolkvox::poll
