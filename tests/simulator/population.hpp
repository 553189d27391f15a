// Who works here and what for: skills, agents with their shifts, campaigns. Made once from the
// settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulator/settings.hpp"

namespace wolkvox::simulator {

struct skill {
  std::uint32_t id = 0;
  std::string name;
  double weight = 0.0;          // share of the callers
  double talk_median = 0.0;     // seconds
  double patience_scale = 0.0;  // seconds
};

struct agent {
  std::uint32_t id = 0;
  std::string name;
  std::chrono::seconds shift_begin{};  // since local midnight
  std::chrono::seconds shift_length{};
  bool always = false;                // never has a day off: somebody is there at any hour
  std::vector<std::uint32_t> skills;  // indexes
};

struct campaign {
  std::uint32_t id = 0;
  std::string name;
  std::uint32_t skill = 0;  // index
  std::uint32_t records = 0;
  std::uint32_t speed = 0;
  double weight = 0.0;
  unsigned first_hour = 0;  // dials from this hour …
  unsigned last_hour = 24;  // … until this one
};

struct population {
  std::vector<skill> skills;
  std::vector<agent> agents;
  std::vector<campaign> campaigns;
};

population make_population(const centre_settings& settings);
// Inbound calls of a working day.
std::uint64_t calls_per_day(const centre_settings& settings);

}  // namespace wolkvox::simulator
