// Samples gathered by series over weeks, and their OpenMetrics text with timestamps for
// `promtool tsdb create-blocks-from openmetrics`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wolkvox::alerts {

class samples {
 public:
  // `family` as the exposition names its samples; a counter ends in _total.
  void add(const std::string& family, const std::string& labels, std::chrono::sys_seconds at,
           std::int64_t value) {
    series_[{family, labels}].emplace_back(at.time_since_epoch().count(), value);
  }

  void write(std::ostream& into) const;

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<std::int64_t, std::int64_t>>>
      series_;
};

// A label pair, escaped.
std::string label(std::string_view name, std::string_view value);

}  // namespace wolkvox::alerts
