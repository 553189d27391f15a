// The bytes of a page, the filter of a scrape, and counting.
#include "metrics/exposition/page.hpp"

#include <algorithm>
#include <utility>

#include "metrics/exposition/encoders.hpp"

namespace wolkvox::metrics {

lazy<chunks>& page::body_of(format as) const {
  if (as == format::openmetrics && is_same_in_text_formats(*from_, family_)) {
    as = format::text;
  }
  return bodies_.at(std::to_underlying(as));
}

const chunks& page::body(format as) const {
  return body_of(as).get([&] { return encode(*from_, family_, as); });
}

page_set make_pages(const std::shared_ptr<const recording>& from) {
  page_set made;
  for (const auto& each : all_families()) {
    if (from->lines(each.id) != 0) {
      made.push_back(std::make_shared<const page>(from, each.id));
    }
  }
  return made;
}

std::uint64_t count_series(const page_set& pages) {
  std::uint64_t series = 0;
  for (const auto& each : pages) {
    series += each->lines();
  }
  return series;
}

bool page_filter::takes(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

}  // namespace wolkvox::metrics
