// What holds for every mistake that a reader of configurations tells.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "config/load.hpp"
#include "tests/fuzz/requirement.hpp"

namespace wolkvox::fuzz {

// The place just behind a line's last byte is where something is missing.
inline bool lies_in(std::string_view text, std::size_t line, std::size_t column) {
  for (; line > 1; --line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(end + 1);
  }
  return column >= 1 && column <= std::min(text.find('\n'), text.size()) + 1;
}

inline void check_problem(const config::problem& told, std::string_view yaml) {
  require(!told.message.empty(), "a problem says something");
  require(std::ranges::all_of(config::to_string(told), [](char c) { return c >= ' ' && c <= '~'; }),
          "a problem is one printable line");
  require(told.line == 0 ? told.column == 0 : lies_in(yaml, told.line, told.column),
          "a problem's place lies in the file: " + config::to_string(told));
}

}  // namespace wolkvox::fuzz
