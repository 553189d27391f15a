// A half-open interval of time, [begin, end): what a report is asked for and counted over.
#pragma once

#include <chrono>
#include <compare>

namespace wolkvox::metrics {

struct interval {
  std::chrono::sys_seconds begin{};
  std::chrono::sys_seconds end{};
  friend auto operator<=>(const interval&, const interval&) = default;
};

// The platform's local time, as dates are written there: what a record is known by does not depend
// on the zone that it is thought to be in.
using std::chrono::local_seconds;
struct local_interval {
  local_seconds begin{};
  local_seconds end{};
};

}  // namespace wolkvox::metrics
