// Short ways to read a configuration in tests.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace wolkvox::config {

// A whole file around the lines of one operation, each indented by four blanks already.
inline std::string with_operation(std::string_view lines, std::string_view before = "") {
  return std::string(before) +
         "operations:\n"
         "  - name: acme\n"
         "    server: 0042\n"
         "    token_file: /run/secrets/acme\n" +
         std::string(lines);
}

inline std::vector<std::string> to_lines(const std::vector<problem>& problems) {
  std::vector<std::string> lines;
  for (const auto& each : problems) {
    lines.push_back(to_string(each));
  }
  return lines;
}

// The messages of a file that must be refused; none (and a failure) where it is accepted.
inline std::vector<std::string> messages(std::string_view yaml, std::string_view file = "t.yml") {
  const auto result = load(yaml, file);
  EXPECT_FALSE(result) << "accepted:\n" << yaml;
  return result ? std::vector<std::string>{} : to_lines(result.error());
}

// The configuration of a file that must be accepted; an empty one (and a failure) where it is
// refused.
inline loaded accepted(std::string_view yaml, std::string_view file = "t.yml") {
  auto result = load(yaml, file);
  if (!result) {
    ADD_FAILURE() << testing::PrintToString(to_lines(result.error()));
    return {.value = {.operations = {operation{}}}, .warnings = {}};
  }
  return std::move(*result);
}

inline operation first_operation(std::string_view yaml, std::string_view file = "t.yml") {
  return accepted(yaml, file).value.operations.at(0);
}

inline std::string slurp(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  EXPECT_TRUE(input) << path;
  return {std::istreambuf_iterator<char>(input), {}};
}

inline const std::string example_path = WOLKVOX_SOURCE_DIR "/config/wolkvox.example.yml";

}  // namespace wolkvox::config
