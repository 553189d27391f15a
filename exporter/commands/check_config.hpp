// `check-config FILE` and `check-config --web FILE`: says everything that is wrong with a
// configuration before it is used.
#pragma once

#include <filesystem>

namespace wolkvox::commands {

struct files_to_check {
  std::filesystem::path operations;  // the configuration; empty: none
  std::filesystem::path web;         // the web configuration; empty: none
  bool syntax_only = false;  // not what they name: where they are checked there are no secrets
};

// Problems and warnings on standard error. 0: good; 2: bad.
int check_config(const files_to_check& which);

}  // namespace wolkvox::commands
