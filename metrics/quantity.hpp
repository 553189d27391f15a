// An exact amount: what counters add up. Millionths in 64 bits, so that sums of seconds, calls and
// prices do not depend on the order of addition. Holds up to 9.2e12 units.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace wolkvox::metrics {

class quantity {
 public:
  constexpr quantity() = default;
  static constexpr quantity from_micros(std::int64_t micros) { return quantity{micros}; }
  static constexpr quantity from_count(std::int64_t count) { return quantity{count * 1'000'000}; }
  static constexpr quantity from_duration(std::chrono::microseconds d) {
    return quantity{d.count()};
  }

  constexpr std::int64_t micros() const { return micros_; }
  // The nearest double: what is exposed.
  constexpr double value() const { return static_cast<double>(micros_) / 1e6; }

  constexpr quantity& operator+=(quantity other) {
    micros_ += other.micros_;
    return *this;
  }
  friend constexpr quantity operator+(quantity a, quantity b) { return a += b; }
  friend constexpr quantity operator-(quantity a, quantity b) {
    return quantity{a.micros_ - b.micros_};
  }
  friend constexpr auto operator<=>(quantity, quantity) = default;

 private:
  explicit constexpr quantity(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

}  // namespace wolkvox::metrics
