// The bytes of a page, the filter of a scrape, and counting.
#include "metrics/exposition/page.hpp"

#include <algorithm>
#include <array>
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

std::string family_meant_by(std::string_view name) {
  constexpr std::array<std::string_view, 4> of_samples{"_bucket", "_sum", "_count", "_created"};
  const auto counter_of = [](std::string_view base) { return std::string{base} + "_total"; };
  if (find_family(name)) {
    return std::string{name};
  }
  if (find_family(counter_of(name))) {
    return counter_of(name);
  }
  for (const auto suffix : of_samples) {
    if (!name.ends_with(suffix)) {
      continue;
    }
    const auto base = name.substr(0, name.size() - suffix.size());
    const auto family = find_family(base);
    if (family && describe(*family).type == metric_type::histogram) {
      return std::string{base};
    }
    if (suffix == "_created" && find_family(counter_of(base))) {
      return counter_of(base);
    }
  }
  return std::string{name};
}

bool page_filter::takes(const std::vector<std::string>& wanted, std::string_view value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

}  // namespace wolkvox::metrics
