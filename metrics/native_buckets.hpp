// The buckets of a native histogram, as io.prometheus.client and Prometheus define them for schema
// 3: bucket i holds what is above 2^((i-1)/8) and at most 2^(i/8), so that each is 9 % wider than
// the one before; values up to the zero threshold have a bucket of their own. Only buckets that
// hold something are kept. Amounts are multiples of a millionth up to a thousand million
// (quantity.hpp, collectors/cells.hpp): 400 buckets are the most there can be, a few dozen are
// usual.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace wolkvox::metrics {

class native_buckets {
 public:
  struct bucket {
    std::int32_t index = 0;
    std::uint64_t count = 0;
    friend bool operator==(const bucket&, const bucket&) = default;
  };

  static constexpr int schema = 3;
  // What the official clients choose: of our amounts only 0 is below it.
  static constexpr double zero_threshold = 0x1p-128;
  // The bucket of a finite value above the threshold.
  static std::int32_t index_of(double value);

  native_buckets() = default;
  // Buckets in ascending order, each above 0.
  native_buckets(std::uint64_t zero_count, std::vector<bucket> positive)
      : zero_count_(zero_count), positive_(std::move(positive)) {}

  // `value` is finite and not negative.
  void observe(double value, std::uint64_t times = 1);

  // What both have observed.
  native_buckets& operator+=(const native_buckets& other);

  std::uint64_t zero_count() const { return zero_count_; }
  std::span<const bucket> positive() const { return positive_; }
  std::uint64_t total() const;
  // No bucket holds less than it did.
  bool has_grown_from(const native_buckets& before) const;
  friend bool operator==(const native_buckets&, const native_buckets&) = default;

 private:
  std::uint64_t zero_count_ = 0;
  std::vector<bucket> positive_;
};

// For a histogram that was kept without native buckets (bounds without +Inf, counts not
// cumulative): each count at the upper end of its bucket, those beyond the last bound right above
// it. What is observed from then on lies where it belongs, and so does every rate().
native_buckets native_from_classic(std::span<const double> bounds,
                                   std::span<const std::uint64_t> counts);

}  // namespace wolkvox::metrics
