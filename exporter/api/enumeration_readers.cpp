// Words of the platform: yes and no, ids with a name behind them, enumerated texts (wolkvox-api.md
// 4).
#include <array>

#include "exporter/api/ascii.hpp"
#include "exporter/api/readers.hpp"

namespace wolkvox::api {

read<bool> read_yes_no(std::string_view text) {
  // The accent in both cases: to_lower leaves it alone.
  static constexpr std::array<std::string_view, 6> yes = {"yes",     "si", "s\u00ed",
                                                          "s\u00cd", "1",  "true"};
  static constexpr std::array<std::string_view, 3> no = {"no", "0", "false"};
  const auto is_text = [text = trim(text)](std::string_view word) { return same_text(text, word); };
  if (std::ranges::any_of(yes, is_text)) {
    return true;
  }
  if (std::ranges::any_of(no, is_text)) {
    return false;
  }
  return std::unexpected(unreadable{});
}

std::string_view read_agent_id(std::string_view text) {
  text = trim(text);
  const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
  const auto behind = trim(text.substr(digits.size()));
  return !digits.empty() && behind.starts_with('-') ? digits : text;
}

std::string read_enumeration(std::string_view text) {
  std::string folded;
  for (const char c : trim(text)) {
    if (!is_blank(c)) {
      folded += to_lower(c);
    } else if (folded.back() != ' ') {
      folded += ' ';
    }
  }
  return folded;
}

std::string fold_enumeration(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    if (!is_blank(c) && c != '-' && c != '_') {
      folded += to_lower(c);
    }
  }
  return folded;
}

}  // namespace wolkvox::api
