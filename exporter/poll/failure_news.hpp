// Which failures are news: one line per change of state, not per failure, and where every collector
// of an operation fails alike, one line for all of them instead of one each. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace wolkvox::poll {

// What was said of one collector.
struct collector_failure {
  std::string reason;  // of its last poll; "" while all is well
  bool told = false;   // by a line of its own
};

// What was said of a lane since anything last succeeded.
struct lane_failure {
  std::string reason;  // of the first failure, which was told
  bool whole = false;  // it was told that every collector fails
  std::map<std::string, collector_failure, std::less<>> collectors;  // all that ask
};

enum class news : std::uint8_t {
  nothing,
  one,    // concerns this collector
  every,  // concerns all of them
};

// The first failure after a success is told at once. Others for the same reason, with no success
// between, are likely the same trouble: nothing is said of them until all fail, or until something
// succeeds and they fail again.
news after_failure(lane_failure& lane, std::string_view collector, std::string_view reason);

// A failure that is told in other words: a refusal of the token closes the lane.
void after_refusal(lane_failure& lane, std::string_view collector, std::string_view reason);

news after_success(lane_failure& lane, std::string_view collector);

}  // namespace wolkvox::poll
