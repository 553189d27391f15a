// What to simulate: one operation, its skills by calls a day, what happens to it, and when its
// exporter is away. score.py writes it from a scenario and a seed.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/simulator/scenario.hpp"

namespace wolkvox::alerts {

// The exporter gives no scrape from `from` on, counted from the plan's start.
struct absence {
  std::chrono::seconds from{};
  std::chrono::seconds length{};
};

struct plan {
  std::string operation;
  std::uint64_t seed = 1;
  std::string timezone;
  std::string start;  // local date
  std::uint32_t days = 0;
  std::uint32_t agents = 0;
  std::vector<double> calls_per_day;  // by skill, on a working day
  simulator::scenario play;
  std::vector<absence> restarts;
};

std::expected<plan, std::string> read_plan(const std::filesystem::path& file);

}  // namespace wolkvox::alerts
