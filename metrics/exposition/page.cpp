// The filter of a scrape, and counting.
#include "metrics/exposition/page.hpp"

#include <algorithm>

namespace wolkvox::metrics {

bool page_filter::takes(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

std::uint64_t count_series(const page_set& pages) {
  std::uint64_t series = 0;
  for (const auto& each : pages) {
    series += each->series;
  }
  return series;
}

}  // namespace wolkvox::metrics
