#include "tests/model/prometheus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "metrics/names.hpp"
#include "tests/model/platform.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::model {
namespace {

using label_pair = std::pair<std::string, std::string>;

bool is_name(const label_pair& each) {
  return each.first == "agent" || each.first == "skill" || each.first == "campaign";
}

// Of hold and mute only the person.
bool belongs_to_key(const std::string& family, const label_pair& each) {
  if (family.starts_with("wolkvox_agent_")) {
    return each.first == "agent";
  }
  return each.first != "operation" && !is_name(each);
}

std::string key_of(const metrics::read_sample& sample) {
  std::vector<label_pair> labels = sample.labels;
  std::erase_if(labels, [&](const label_pair& each) { return !belongs_to_key(sample.name, each); });
  std::ranges::sort(labels);
  std::string key = sample.name;
  for (const auto& [name, value] : labels) {
    const std::string_view own =
        value.ends_with(other_name)
            ? std::string_view{value}.substr(0, value.size() - other_name.size())
            : std::string_view{value};
    key += fmt::format(" {}={}", name, name == "agent" ? metrics::fold_name(own) : value);
  }
  return key;
}

template <class Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const std::size_t blank = line.rfind(' ');
    take(line.substr(0, blank), std::strtod(line.data() + blank + 1, nullptr));
    text.remove_prefix(end + 1);
  }
}

std::string key_of_series(std::string_view series) {
  return key_of(metrics::exposition_reader{fmt::format("{} 0\n", series)}.read().front());
}

}  // namespace

void prometheus_store::scrape(const metrics::page& page) {
  each_line(metrics::join(page.body(metrics::format::text)),
            [this](std::string_view series, double value) { take(series, value); });
}

void prometheus_store::take(std::string_view series, double value) {
  auto found = series_.find(std::string{series});
  if (found == series_.end()) {
    std::string key = key_of_series(series);
    // Renamed: a new series that goes on where the old one stood.
    const bool is_renamed = !keys_.insert(key).second;
    if (value != 0 && is_strict_ && !is_renamed) {
      complaints_.push_back(fmt::format("{} was first seen at {}", series, value));
    }
    series_.emplace(series, stored{.key = std::move(key), .last = value, .increase = 0});
    return;
  }
  stored& known = found->second;
  if (value < known.last) {
    complaints_.push_back(fmt::format("{} fell from {} to {}", series, known.last, value));
  }
  known.increase += std::max(0.0, value - known.last);
  known.last = value;
}

amounts prometheus_store::increases() const {
  amounts sums;
  for (const auto& [series, known] : series_) {
    sums[known.key] += known.increase;
  }
  return sums;
}

void add_page(const metrics::page& page, amounts& into) {
  each_line(
      metrics::join(page.body(metrics::format::text)),
      [&into](std::string_view series, double value) { into[key_of_series(series)] += value; });
}

}  // namespace wolkvox::model
