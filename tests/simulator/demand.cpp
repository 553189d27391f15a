// The day profile, by the hour.
#include "tests/simulator/demand.hpp"

#include <array>
#include <numeric>

namespace wolkvox::simulator {

namespace {

constexpr std::array<double, 24> profile = {10, 9,  8,  8,  9,  13, 24, 43, 62, 72, 76, 72,
                                            61, 57, 64, 68, 66, 58, 49, 41, 34, 27, 20, 14};

}  // namespace

double hourly_share(std::chrono::seconds second_of_day) {
  static const double sum = std::accumulate(profile.begin(), profile.end(), 0.0);
  // The profile's values hold at half past.
  const double hour = static_cast<double>(second_of_day.count()) / 3600.0 + 23.5;
  const auto before = static_cast<std::size_t>(hour);
  const double into = hour - static_cast<double>(before);
  return (profile.at(before % 24) * (1.0 - into) + profile.at((before + 1) % 24) * into) / sum;
}

double weekday_factor(unsigned weekday) {
  constexpr std::array<double, 7> factors = {0.45, 1.08, 1.02, 1.0, 0.98, 0.96, 0.65};
  return factors.at(weekday);
}

}  // namespace wolkvox::simulator
