// Units are tried from the largest to the smallest, so order and repetition are checked by the walk
// itself.
#include "config/duration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <system_error>

namespace wolkvox::config {
namespace {

using std::chrono::milliseconds;

struct unit {
  std::string_view suffix;
  std::int64_t length;  // in milliseconds
};

constexpr std::int64_t day_length = 86'400'000;
// A year has 365 days and a week 7, whatever the calendar says (prometheus/common, model.Duration).
constexpr std::array<unit, 7> units{{{.suffix = "y", .length = 365 * day_length},
                                     {.suffix = "w", .length = 7 * day_length},
                                     {.suffix = "d", .length = day_length},
                                     {.suffix = "h", .length = 3'600'000},
                                     {.suffix = "m", .length = 60'000},
                                     {.suffix = "s", .length = 1000},
                                     {.suffix = "ms", .length = 1}}};
constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max() / 1'000'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::unexpected<std::string> refuse(std::string_view why) {
  return std::unexpected(std::string(why));
}

std::size_t find_unit(std::string_view suffix) {
  std::size_t index = 0;
  while (index < units.size() && units[index].suffix != suffix) {
    ++index;
  }
  return index;
}

// Cuts the leading run of characters that are digits (or are not) off `text`.
std::string_view take_while_digit(std::string_view& text, bool wanted) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length]) == wanted) {
    ++length;
  }
  const auto taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

}  // namespace

std::expected<milliseconds, std::string> parse_duration(std::string_view text) {
  if (text == "0") {
    return milliseconds{0};
  }
  if (text.empty()) {
    return refuse("a duration is empty");
  }
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const auto digits = take_while_digit(text, true);
    const auto suffix = take_while_digit(text, false);
    if (digits.empty()) {
      return refuse("a duration is numbers with units, such as 30s, 5m or 1h30m");
    }
    if (suffix.empty()) {
      return refuse("a duration needs a unit: y, w, d, h, m, s or ms");
    }
    const auto index = find_unit(suffix);
    if (index == units.size()) {
      return refuse("the units of a duration are y, w, d, h, m, s and ms");
    }
    if (index < next_unit) {
      return refuse("the units of a duration stand once each, from the largest to the smallest");
    }
    next_unit = index + 1;
    std::int64_t count = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (read.ec != std::errc{} || count > (longest - total) / units[index].length) {
      return refuse("a duration ends at 292 years");
    }
    total += count * units[index].length;
  }
  return milliseconds{total};
}

std::string format_duration(milliseconds duration) {
  auto rest = duration.count();
  if (rest == 0) {
    return "0s";
  }
  std::string text;
  for (const auto& [suffix, length] : units) {
    // Years, weeks and days only where nothing is left over: 25h reads better than 1d1h.
    if (length >= day_length && rest % length != 0) {
      continue;
    }
    if (const auto count = rest / length; count > 0) {
      text += fmt::format("{}{}", count, suffix);
      rest %= length;
    }
  }
  return text;
}

std::string in_words(std::chrono::nanoseconds duration) {
  const auto whole = std::chrono::round<std::chrono::seconds>(duration);
  return format_duration(std::max(whole, std::chrono::seconds{0}));
}

}  // namespace wolkvox::config
