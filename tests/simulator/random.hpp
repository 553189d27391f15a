// Seeded chance: every draw of the simulation comes from here, so that one seed gives one history.
#pragma once

#include <cstdint>
#include <random>

namespace wolkvox::simulator {

class random_source {
 public:
  explicit random_source(std::uint64_t seed) : engine_(seed) {}

  double unit() { return std::uniform_real_distribution<double>(0.0, 1.0)(engine_); }
  bool chance(double probability) { return unit() < probability; }
  // Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  double exponential(double mean) {
    return std::exponential_distribution<double>(1.0 / mean)(engine_);
  }
  double lognormal(double median, double sigma) {
    return median * std::lognormal_distribution<double>(0.0, sigma)(engine_);
  }
  double weibull(double shape, double scale) {
    return std::weibull_distribution<double>(shape, scale)(engine_);
  }

 private:
  std::mt19937_64 engine_;
};

// A fixed scramble of numbers (splitmix64): decisions that must come out the same whenever they are
// asked.
constexpr std::uint64_t scramble(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

// The same as a share of 1.
constexpr double scrambled_share(std::uint64_t value) {
  return static_cast<double>(scramble(value) >> 11) * 0x1.0p-53;
}

}  // namespace wolkvox::simulator
