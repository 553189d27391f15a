// What a simulated contact centre is made of: sizes, times and shares. Plain values; main.cpp fills
// them from flags.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/simulator/scenario.hpp"

namespace wolkvox::simulator {

struct publication_settings {
  double scale = 1.0;       // of the platform's own delays; 0: rows show at once
  double late_share = 0.0;  // share of the rows that show later still
  std::chrono::seconds late_max{std::chrono::minutes{30}};
};

struct centre_settings {
  std::uint64_t seed = 1;
  std::uint32_t agents = 40;
  std::uint32_t skills = 6;
  std::uint32_t campaigns = 3;
  std::uint32_t homonyms = 0;        // agents that bear the name of another
  std::uint64_t calls_per_day = 0;   // inbound calls of a working day; 0: by the number of agents
  std::chrono::sys_seconds start{};  // end of the history, beginning of the run
  std::uint32_t history_days = 0;    // whole days before the day of `start`
  std::string timezone = "America/Bogota";
  std::string operation = "demo";
  double edit_share = 0.08;  // share of the calls whose codes are changed after they were published
  std::chrono::seconds edit_max{std::chrono::minutes{90}};
  double answered_share = 0.01;  // share of answered calls that skill_2 lists beside the abandoned
  publication_settings publication;
  scenario play;
};

}  // namespace wolkvox::simulator
