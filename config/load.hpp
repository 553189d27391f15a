// Reads the YAML configuration strictly: every mistake is found in one pass and told with its
// place.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace wolkvox::config {

// One mistake or warning. Lines and columns count from 1; 0 where the file has no such place.
struct problem {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::string key;      // "operations[0].collectors.calls.interval"
  std::string message;  // what is wrong, and the nearest valid key or value where there is one
};

// "wolkvox.yml:12:5: operations[0].intervall: unknown key; did you mean 'interval'?"
std::string to_string(const problem& p);

// Where an operation names what lies outside the file: problems that have no message yet.
struct outside_keys {
  problem token;           // token_file or token_env
  problem ca_file;         // where it is given
  problem proxy_password;  // where it is given
};

struct loaded {
  config value;
  std::vector<problem> warnings;        // e.g. intervals that the daily budget does not carry
  std::vector<outside_keys> outside{};  // of each operation in turn
};

// `file` names the source in messages; relative paths in it (token_file, ca_file) start at its
// folder. Never throws for bad input.
std::expected<loaded, std::vector<problem>> load(std::string_view yaml, std::string_view file);
std::expected<loaded, std::vector<problem>> load_file(const std::filesystem::path& file);

}  // namespace wolkvox::config
