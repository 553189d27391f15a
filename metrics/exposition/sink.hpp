// What a table is written into: families are opened, then given their samples. Live tables and
// accumulated series both go through it, so that the forms of an exposition are made in one place.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "metrics/exemplar.hpp"
#include "metrics/families.hpp"
#include "metrics/native_buckets.hpp"

namespace wolkvox::metrics {

struct label {
  std::string_view name;
  std::string_view value;  // any bytes; a sink makes valid UTF-8 of it
};

// A counter whose beginning is known.
struct counter_value {
  double value = 0;
  std::chrono::sys_seconds started{};  // when it was 0; the epoch: not told
};

// The same observations in native buckets.
struct native_value {
  std::uint64_t zero_count = 0;
  std::span<const native_buckets::bucket> positive;
};

// Cumulative counts per upper bound; the last entry is +Inf and equals the number of observations.
struct histogram_value {
  std::span<const double> bounds;             // without +Inf
  std::span<const std::uint64_t> cumulative;  // bounds.size() + 1
  double sum = 0;
  std::chrono::sys_seconds started{};     // as of a counter
  std::optional<native_value> native{};   // nothing: a classic histogram only
  std::span<const exemplar> exemplars{};  // at most one a bucket, ascending
};

// Labels that many samples share (one agent's, one skill's; direction="inbound"), formatted once.
// Valid for the sink that made it.
enum class label_block : std::uint32_t {};
inline constexpr label_block no_labels{0};

class sink {
 public:
  sink() = default;
  sink(const sink&) = delete;
  sink& operator=(const sink&) = delete;
  virtual ~sink() = default;

  // Formats labels once for any number of samples, of this and later families.
  virtual label_block block(std::span<const label> labels) = 0;
  // Opens a family: the samples that follow are its own.
  virtual void open(family_id id) = 0;
  // One counter or gauge. The labels of `own` follow those of `shared`.
  virtual void sample(label_block shared, label_block own, double value) = 0;
  virtual void sample(label_block shared, label_block own, const counter_value& value) = 0;
  virtual void sample(label_block shared, label_block own, const histogram_value& value) = 0;
};

}  // namespace wolkvox::metrics
