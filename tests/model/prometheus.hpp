// What Prometheus would have stored: every series that a scrape saw, with its first and last value
// and the sum of its increases. Tells what no counter may do.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "metrics/exposition/page.hpp"

namespace wolkvox::model {

// Amounts by family and labels without names: "wolkvox_calls_total agent_id=101 …". Of hold and
// mute by person instead: an agent's id becomes known in mid-day, and the series goes on in
// another.
using amounts = std::map<std::string, double>;

class prometheus_store {
 public:
  void scrape(const metrics::page& page);

  // Sentences on what should not have been seen.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // A series may be first seen above 0 from here on: scrapes were missed.
  void forgive_first_values() { is_strict_ = false; }
  amounts increases() const;

 private:
  struct stored {
    std::string key;
    double last = 0;
    double increase = 0;
  };
  void take(std::string_view series, double value);

  std::unordered_map<std::string, stored> series_;
  std::set<std::string> keys_;  // without names
  std::vector<std::string> complaints_;
  bool is_strict_ = true;
};

// What a page shows, added up.
void add_page(const metrics::page& page, amounts& into);

}  // namespace wolkvox::model
