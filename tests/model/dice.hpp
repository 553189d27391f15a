// Chance, from one seed: the same seed gives the same history.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>
#include <span>

namespace wolkvox::model {

class dice {
 public:
  explicit dice(std::uint64_t seed) : engine_(seed) {}

  // Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>{low, high}(engine_);
  }
  std::chrono::seconds between(std::chrono::seconds low, std::chrono::seconds high) {
    return std::chrono::seconds{between(low.count(), high.count())};
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
  bool percent(std::int64_t chance) { return between(1, 100) <= chance; }
  double fraction() { return std::uniform_real_distribution<double>{0, 1}(engine_); }

  template <class T, std::size_t Size>
  const T& pick(const T (&choices)[Size]) {
    return choices[static_cast<std::size_t>(between(0, Size - 1))];
  }
  std::mt19937_64& engine() { return engine_; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace wolkvox::model
