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

}  // namespace wolkvox::metrics
