// What accumulates, as the program around it settles, marks, encodes and publishes; and builders of
// series. For tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/accumulated.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {

using instant = accumulated::instant;

inline constexpr std::uint64_t no_limit = 200'000;

inline instant at(std::chrono::seconds since_start) {
  return instant{std::chrono::hours{1}} + since_start;
}

inline series_state calls(std::string skill_id, std::int64_t count, bool shown = false) {
  return {.key = {family_id::abandoned_calls_total,
                  {{"skill_id", std::move(skill_id)}, {"interaction", "inbound"}}},
          .bounds = {},
          .buckets = {},
          .total = quantity::from_count(count),
          .shown = shown};
}

inline series_state waits(std::vector<std::uint64_t> buckets, std::int64_t micros,
                          bool shown = false, std::vector<double> bounds = {10, 20}) {
  auto native = native_from_classic(bounds, buckets);
  return {.key = {family_id::abandoned_call_wait_seconds, {{"skill_id", "7"}}},
          .bounds = std::move(bounds),
          .buckets = std::move(buckets),
          .total = quantity::from_micros(micros),
          .shown = shown,
          .native = std::move(native)};
}

inline std::string show_name(std::string_view, std::string_view name) {
  return std::string{name};
}

// The program around the state machine: settles, marks, encodes, publishes.
class desk {
 public:
  explicit desk(std::uint64_t limit = no_limit, accumulated::agent_label label = show_name,
                created_samples created = created_samples::left_out)
      : counted("acme", limit, std::move(label), created) {}

  void publish(std::chrono::seconds when) {
    if (counted.rename_due(at(when))) {
      counted.rename();
    }
    counted.show(counted.keys_to_show(at(when)));
    pages = counted.pages();
    next = counted.pages_published(at(when));
  }
  void poll(std::chrono::seconds when, const std::vector<series_state>& changed) {
    counted.apply(changed);
    publish(when);
  }
  void rename(name_directory names) {
    counted.use_names(std::make_shared<const name_directory>(std::move(names)));
  }

  std::string text() const { return text_of(pages); }
  bool shows(const std::string& skill) const { return text().contains("skill=\"" + skill + "\""); }
  // The value of the only counter.
  double value() const { return exposition_reader{text()}.read().at(0).value; }

  accumulated counted;
  page_set pages;
  std::optional<instant> next;  // when something that waits may be shown
};

}  // namespace wolkvox::metrics
