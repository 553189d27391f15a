#include "exporter/collectors/status_text.hpp"

#include <algorithm>
#include <cstddef>

#include "exporter/api/ascii.hpp"

namespace wolkvox::collectors {
namespace {

using api::is_digit;
using api::same_text;
using api::to_lower;

constexpr bool is_letter(char c) {
  return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool is_unit(std::string_view word) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"s",        "sec",     "secs",    "seg",  "segs",
                                              "segundos", "seconds", "ms",      "m",    "min",
                                              "mins",     "minutos", "minutes", "h",    "hr",
                                              "hrs",      "hora",    "horas",   "hour", "hours"},
      [word](std::string_view unit) { return same_text(word, unit); });
}

std::size_t count_while(std::string_view text, bool (*fits)(char)) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, fits) - text.begin());
}

// How much of the text, which begins with a digit, is a time: digits with colons or dashes between
// them ("00:01:05", "2026-11-30"), or a number with a unit behind it ("65s", "1.5 h", "00h01m").
std::size_t time_length(std::string_view text) {
  const auto number =
      count_while(text, [](char c) { return is_digit(c) || c == ':' || c == '.' || c == '-'; });
  const auto digits = text.substr(0, number);
  const bool is_clock = digits.contains(':') || std::ranges::count(digits, '-') == 2;
  auto rest = text.substr(number);
  const std::size_t blank = rest.starts_with(' ') ? 1 : 0;
  const auto word = rest.substr(blank, count_while(rest.substr(blank), is_letter));
  if (is_unit(word) && (!is_clock || blank != 1)) {
    const auto length = number + blank + word.size();
    const auto behind = text.substr(length);
    return length + (!behind.empty() && is_digit(behind.front()) ? time_length(behind) : 0);
  }
  const bool is_half_day = blank == 1 && (same_text(word, "am") || same_text(word, "pm"));
  return is_clock ? number + (is_half_day ? 1 + word.size() : 0) : 0;
}

// What is left around a time that was taken out.
std::string_view without_edges(std::string_view text) {
  constexpr std::string_view edges = " -|:;,./()[]";
  const auto first = text.find_first_not_of(edges);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(edges) - first + 1);
}

}  // namespace

std::string status_without_times(std::string_view status) {
  std::string kept;
  bool found = false;
  for (std::size_t i = 0; i < status.size();) {
    const bool begins_number = is_digit(status[i]) && (i == 0 || !is_digit(status[i - 1]));
    const auto length = begins_number ? time_length(status.substr(i)) : 0;
    found = found || length > 0;
    if (length == 0) {
      kept += status[i];
    }
    i += std::max<std::size_t>(length, 1);
  }
  if (!found) {
    return kept;
  }
  std::string text;
  for (const char c : without_edges(kept)) {
    if (c != ' ' || !text.ends_with(' ')) {
      text += c;
    }
  }
  return text.empty() ? "unknown" : text;
}

}  // namespace wolkvox::collectors
