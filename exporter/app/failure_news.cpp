#include "exporter/app/failure_news.hpp"

#include <algorithm>

namespace wolkvox::app {

news after_failure(lane_failure& lane, collector_failure& failed, std::string_view reason,
                   std::span<const collector_failure* const> all) {
  if (failed.reason != reason) {
    failed = {.reason = std::string{reason}, .told = false};
  }
  if (lane.reason != reason) {
    if (failed.told) {
      return news::nothing;
    }
    lane = {.reason = failed.reason, .whole = false};
    failed.told = true;
    return news::one;
  }
  const auto fails_alike = [&](const collector_failure* each) { return each->reason == reason; };
  if (lane.whole || all.size() < 2 || !std::ranges::all_of(all, fails_alike)) {
    return news::nothing;
  }
  lane.whole = true;
  return news::every;
}

void after_refusal(collector_failure& failed, std::string_view reason) {
  failed = {.reason = std::string{reason}, .told = false};
}

news after_success(lane_failure& lane, collector_failure& succeeded,
                   std::span<collector_failure* const> all) {
  const bool was_whole = lane.whole;
  const bool was_told = succeeded.told;
  lane = {};
  succeeded = {};
  if (was_whole) {
    for (collector_failure* const each : all) {
      each->told = false;
    }
    return news::every;
  }
  return was_told ? news::one : news::nothing;
}

}  // namespace wolkvox::app
