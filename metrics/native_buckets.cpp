// Places values in buckets of schema 3.
#include "metrics/native_buckets.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace wolkvox::metrics {

namespace {

// 2^(i/8) / 2: the upper bounds of the eight buckets from 0.5 (which is the last of the eight
// before) to 1, rounded to the nearest double.
constexpr std::array fractions{0.5,
                               0.5452538663326288,
                               0.5946035575013605,
                               0.6484197773255048,
                               0.7071067811865476,
                               0.7711054127039704,
                               0.8408964152537145,
                               0.9170040432046712};
static_assert(fractions.size() == 1U << native_buckets::schema);

}  // namespace

std::int32_t native_buckets::index_of(double value) {
  int exponent = 0;
  const double fraction = std::frexp(value, &exponent);  // from 0.5 to below 1
  const auto* const bound = std::ranges::lower_bound(fractions, fraction);
  const auto place = static_cast<std::int32_t>(bound - fractions.begin());
  return place + ((exponent - 1) * static_cast<std::int32_t>(fractions.size()));
}

void native_buckets::observe(double value, std::uint64_t times) {
  if (times == 0) {
    return;
  }
  if (value <= zero_threshold) {
    zero_count_ += times;
    return;
  }
  const auto index = index_of(value);
  const auto at = std::ranges::lower_bound(positive_, index, {}, &bucket::index);
  if (at != positive_.end() && at->index == index) {
    at->count += times;
  } else {
    positive_.insert(at, {.index = index, .count = times});
  }
}

native_buckets& native_buckets::operator+=(const native_buckets& other) {
  zero_count_ += other.zero_count_;
  for (const bucket& each : other.positive_) {
    const auto at = std::ranges::lower_bound(positive_, each.index, {}, &bucket::index);
    if (at != positive_.end() && at->index == each.index) {
      at->count += each.count;
    } else {
      positive_.insert(at, each);
    }
  }
  return *this;
}

std::uint64_t native_buckets::total() const {
  std::uint64_t sum = zero_count_;
  for (const bucket& each : positive_) {
    sum += each.count;
  }
  return sum;
}

bool native_buckets::has_grown_from(const native_buckets& before) const {
  return zero_count_ >= before.zero_count_ &&
         std::ranges::all_of(before.positive_, [this](const bucket& old) {
           const auto now = std::ranges::lower_bound(positive_, old.index, {}, &bucket::index);
           return now != positive_.end() && now->index == old.index && now->count >= old.count;
         });
}

native_buckets native_from_classic(std::span<const double> bounds,
                                   std::span<const std::uint64_t> counts) {
  native_buckets made;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double upper_end =
        i < bounds.size() ? bounds[i]
                          : std::nextafter(bounds.back(), std::numeric_limits<double>::infinity());
    made.observe(upper_end, counts[i]);
  }
  return made;
}

}  // namespace wolkvox::metrics
