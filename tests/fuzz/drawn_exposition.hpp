// Expositions drawn from bytes: written into a recorder, and kept as what each form must say.
#pragma once

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/recording.hpp"
#include "tests/fuzz/repaired_text.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/protobuf_reader.hpp"

namespace wolkvox::fuzz {

using label_pairs = std::vector<std::pair<std::string, std::string>>;

// A line and what OpenMetrics alone adds to it.
struct written_line {
  metrics::read_sample sample;
  std::optional<metrics::exemplar> exemplar{};
  bool is_created = false;  // in OpenMetrics only
};

// What one publisher wrote of one family, as it must be read back.
struct written_family {
  std::string_view name;
  std::string operation;
  std::string publisher;
  std::vector<written_line> lines;
  std::vector<metrics::read_metric> messages;  // what protobuf alone says
};

class drawn_publisher {
 public:
  drawn_publisher(FuzzedDataProvider& bytes, metrics::created_samples created,
                  std::string operation, std::string name)
      : bytes_(bytes),
        created_(created),
        operation_(std::move(operation)),
        name_(std::move(name)) {}

  // Families of which `wanted` holds.
  template <class Wanted>
  std::shared_ptr<const metrics::recording> draw(Wanted wanted) {
    std::vector<const metrics::family*> families;
    for (const auto& about : metrics::all_families()) {
      if (wanted(about.id)) {
        families.push_back(&about);
      }
    }
    metrics::recorder out{created_};
    for (auto left = bytes_.ConsumeIntegralInRange(0, 4); left > 0; --left) {
      const auto chosen = bytes_.ConsumeIntegralInRange<std::size_t>(0, families.size() - 1);
      if (opened_.insert(families[chosen]->id).second) {
        draw_family(*families[chosen], out);
      }
    }
    return out.finish();
  }

  const std::vector<written_family>& written() const { return written_; }

 private:
  double draw_value() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double special[] = {0.0,
                                  -0.0,
                                  1.0,
                                  0.1,
                                  infinity,
                                  -infinity,
                                  std::numeric_limits<double>::quiet_NaN(),
                                  5e-324,
                                  1.7976931348623157e308,
                                  9007199254740993.0};
    return bytes_.ConsumeBool() ? bytes_.PickValueInArray(special)
                                : std::bit_cast<double>(bytes_.ConsumeIntegral<std::uint64_t>());
  }

  // The epoch: not told.
  std::chrono::sys_seconds draw_time() {
    return std::chrono::sys_seconds{
        std::chrono::seconds{bytes_.ConsumeIntegralInRange<std::int64_t>(0, 4'000'000'000)}};
  }

  void draw_family(const metrics::family& about, metrics::recorder& out) {
    out.open(about.id);
    written_.push_back({about.name, operation_, name_, {}, {}});
    for (auto left = bytes_.ConsumeIntegralInRange(0, 4); left > 0; --left) {
      draw_series(about, out);
    }
    if (written_.back().lines.empty()) {
      written_.pop_back();  // a family without samples has no page
    }
  }

  void draw_series(const metrics::family& about, metrics::recorder& out) {
    std::vector<std::string> values;
    for (const auto name : about.labels) {
      values.push_back(name == "operation" ? operation_ : bytes_.ConsumeRandomLengthString(24));
    }
    std::vector<metrics::label> labels;
    label_pairs expected;
    for (std::size_t i = 0; i < values.size(); ++i) {
      labels.push_back({about.labels[i], values[i]});
      expected.emplace_back(about.labels[i], repaired(values[i]));
    }
    const auto cut = bytes_.ConsumeIntegralInRange<std::size_t>(0, labels.size());
    const auto shared = out.block(std::span{labels}.first(cut));
    const auto own = out.block(std::span{labels}.subspan(cut));
    // A page of a thousand lines is packed by itself; more than one only takes time.
    const bool is_large = !has_large_ && bytes_.ConsumeIntegralInRange(0, 250) == 250;
    has_large_ = has_large_ || is_large;
    const int large = about.type == metrics::metric_type::histogram ? 100 : 1000;
    const int times = is_large ? large : 1;
    for (int i = 0; i < times; ++i) {
      auto& message = written_.back().messages.emplace_back();
      message.name = about.name;
      message.labels = expected;
      if (about.type == metrics::metric_type::histogram) {
        draw_histogram(about, shared, own, out);
      } else {
        draw_number(about, shared, own, out);
      }
    }
  }

  void draw_number(const metrics::family& about, metrics::label_block shared,
                   metrics::label_block own, metrics::recorder& out) {
    const double value = draw_value();
    if (about.type == metrics::metric_type::gauge || bytes_.ConsumeBool()) {
      out.sample(shared, own, value);
      expect("", value);
      return;
    }
    const auto started = draw_time();
    out.sample(shared, own, metrics::counter_value{.value = value, .started = started});
    expect("", value);
    expect_started(started);
  }

  std::vector<double> draw_bounds(const metrics::family& about) {
    std::vector<double> bounds{about.buckets.begin(), about.buckets.end()};
    if (bytes_.ConsumeBool()) {
      std::set<double> drawn;
      for (auto left = bytes_.ConsumeIntegralInRange(0, 6); left > 0; --left) {
        if (const double bound = draw_value(); std::isfinite(bound)) {
          drawn.insert(bound + 0.0);  // no -0: as a bound it is 0
        }
      }
      bounds.assign(drawn.begin(), drawn.end());
    }
    return bounds;
  }

  std::vector<metrics::exemplar> draw_exemplars(const std::vector<double>& bounds) {
    std::vector<metrics::exemplar> kept;
    for (auto left = bytes_.ConsumeIntegralInRange(0, 3); left > 0; --left) {
      const metrics::exemplar call{
          .conn_id = repaired(bytes_.ConsumeRandomLengthString(12)),
          .amount = metrics::quantity::from_micros(
              bytes_.ConsumeIntegralInRange<std::int64_t>(0, 1'000'000'000'000)),
          .at = draw_time()};
      keep_latest(kept, bounds, call);
    }
    return kept;
  }

  std::vector<metrics::native_buckets::bucket> draw_native() {
    std::vector<metrics::native_buckets::bucket> buckets;
    auto index = bytes_.ConsumeIntegralInRange<std::int32_t>(-5000, 5000);
    for (auto left = bytes_.ConsumeIntegralInRange(0, 6); left > 0; --left) {
      buckets.push_back(
          {.index = index,
           .count = bytes_.ConsumeIntegralInRange<std::uint64_t>(1, std::uint64_t{1} << 62U)});
      index += bytes_.ConsumeIntegralInRange<std::int32_t>(1, 6);
    }
    return buckets;
  }

  void draw_histogram(const metrics::family& about, metrics::label_block shared,
                      metrics::label_block own, metrics::recorder& out) {
    const auto bounds = draw_bounds(about);
    std::vector<std::uint64_t> cumulative;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
      const auto before = cumulative.empty() ? 0 : cumulative.back();
      cumulative.push_back(bytes_.ConsumeIntegralInRange<std::uint64_t>(
          before, std::numeric_limits<std::uint64_t>::max()));
    }
    const auto exemplars = draw_exemplars(bounds);
    const auto native = draw_native();
    metrics::histogram_value value{.bounds = bounds,
                                   .cumulative = cumulative,
                                   .sum = draw_value(),
                                   .started = draw_time(),
                                   .exemplars = exemplars};
    if (bytes_.ConsumeBool()) {
      value.native = {.zero_count = bytes_.ConsumeIntegral<std::uint64_t>(), .positive = native};
    }
    out.sample(shared, own, value);
    expect_buckets(value);
    expect("_sum", value.sum);
    expect("_count", static_cast<double>(cumulative.back()));
    expect_started(value.started);
    expect_native(value);
  }

  void expect(std::string_view suffix, double value) {
    const auto& of = written_.back().messages.back();
    written_.back().lines.push_back({.sample = {of.name + std::string{suffix}, of.labels, value}});
  }

  void expect_buckets(const metrics::histogram_value& value) {
    auto exemplars = value.exemplars;
    for (std::size_t i = 0; i < value.cumulative.size(); ++i) {
      const bool is_last = i == value.bounds.size();
      expect("_bucket", static_cast<double>(value.cumulative[i]));
      auto& line = written_.back().lines.back();
      line.sample.labels.emplace_back(
          "le", is_last ? "+Inf" : std::to_string(std::bit_cast<std::uint64_t>(value.bounds[i])));
      if (!exemplars.empty() && (is_last || exemplars.front().amount.value() <= value.bounds[i])) {
        line.exemplar = exemplars.front();
        exemplars = exemplars.subspan(1);
      }
    }
  }

  void expect_started(std::chrono::sys_seconds started) {
    auto& of = written_.back().messages.back();
    of.started = started.time_since_epoch().count();
    if (created_ == metrics::created_samples::written && of.started != 0) {
      const auto end = of.name.ends_with("_total") ? of.name.size() - 6 : of.name.size();
      written_.back().lines.push_back({.sample = {of.name.substr(0, end) + "_created", of.labels,
                                                  static_cast<double>(of.started)},
                                       .is_created = true});
    }
  }

  void expect_native(const metrics::histogram_value& value) {
    auto& of = written_.back().messages.back();
    of.count = value.cumulative.back();
    if (value.native) {
      of.is_native = true;
      of.native.zero_count = value.native->zero_count;
      for (const auto& [index, count] : value.native->positive) {
        of.native.buckets[index] = static_cast<std::int64_t>(count);
      }
    }
    for (const auto& each : value.exemplars) {
      of.exemplars.push_back({.bound = {},
                              .labels = {{"conn_id", each.conn_id}},
                              .value = each.amount.value(),
                              .at = each.at.time_since_epoch().count()});
    }
  }

  FuzzedDataProvider& bytes_;
  metrics::created_samples created_;
  std::string operation_;
  std::string name_;
  std::set<metrics::family_id> opened_;
  bool has_large_ = false;
  std::vector<written_family> written_;
};

}  // namespace wolkvox::fuzz
