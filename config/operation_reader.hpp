// Reads `defaults` and operations: built-in values, then defaults, then what the operation says.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "config/config.hpp"
#include "config/strict_map.hpp"

namespace wolkvox::config {

// An operation while it is read, with the places that warnings point to.
struct operation_draft {
  operation value;
  std::string path;
  place name_at;
  place licences_at;
  place timezone_at;
  located token;           // token_file or token_env, for its place
  located ca_file;         // empty where not given
  located proxy_password;  // empty where not given
  // By collector, absent where built in.
  std::map<std::string, place, std::less<>> interval_at;
  std::map<std::string, place, std::less<>>
      settle_at;  // codes_settle or lookback, whichever was read last
};

// An operation of which nothing was said yet.
operation_draft built_in_operation();

// `draft` with what the map `defaults` says.
operation_draft read_defaults(const located& map, operation_draft draft, problem_log& log);

// `draft` with what one item of `operations` says. Relative paths start at `directory`.
operation_draft read_operation(const located& map, operation_draft draft,
                               const std::filesystem::path& directory, problem_log& log);

}  // namespace wolkvox::config
