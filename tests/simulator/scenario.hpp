// What happens to the centre beside its ordinary days: phases that change demand, staff, patience
// or dialling, and faults of the API. Read from JSON; the format is described in README.md.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/faults.hpp"

namespace wolkvox::simulator {

enum class phase_subject : std::uint8_t { arrivals, staff, patience, talk, dialling, fault };

// Times count from the start of the run; nothing happens in the history before it.
struct phase {
  phase_subject subject = phase_subject::arrivals;
  std::chrono::seconds from{};
  std::chrono::seconds length{};
  std::chrono::seconds every{};  // 0: once
  double factor = 1.0;
  std::optional<std::uint32_t> place;  // index of the skill or campaign; nothing: all
  fault what;                          // for phase_subject::fault

  bool active(std::chrono::seconds since_start) const;
};

struct scenario {
  std::string name = "normal";
  std::vector<phase> phases;

  // Product of the factors in force.
  double factor(phase_subject subject, std::uint32_t place, std::chrono::seconds since_start) const;
  bool mentions(phase_subject subject) const;
};

std::expected<scenario, std::string> read_scenario(const boost::json::value& document);
// A built-in name, or the path of a JSON file.
std::expected<scenario, std::string> load_scenario(const std::string& name_or_path);
std::vector<std::string_view> built_in_scenarios();

// "90s", "5m", "2h", "1d"; 0 alone needs no unit.
std::expected<std::chrono::seconds, std::string> read_length(std::string_view text);

}  // namespace wolkvox::simulator
