// Readers of single values.
#include "config/values.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "config/duration.hpp"
#include "config/nearest.hpp"

namespace wolkvox::config {
namespace {

using std::chrono::milliseconds;

// Longest input that an error quotes: any value here is shorter, most secrets are longer.
constexpr std::size_t longest_quoted = 32;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_plain_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit) && (text == "0" || text[0] != '0');
}

// Decimal notation without sign or exponent: 12 or 0.5.
read_result<double> read_decimal(std::string_view text) {
  double value = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (text.empty() || !is_digit(text.front()) || read.ec != std::errc{} ||
      read.ptr != text.data() + text.size() || !std::isfinite(value)) {
    return std::unexpected("not a number");
  }
  return value;
}

}  // namespace

std::string show_input(std::string_view text) {
  const bool shown = text.size() <= longest_quoted &&
                     std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  return shown ? fmt::format("'{}'", text) : "this";
}

read_result<bool> read_boolean(const node& scalar) {
  if (!scalar.quoted && scalar.text == "true") {
    return true;
  }
  if (!scalar.quoted && scalar.text == "false") {
    return false;
  }
  return std::unexpected(fmt::format("expected true or false, without quotes; {} is neither",
                                     show_input(scalar.text)));
}

read_result<std::uint64_t> read_number(const node& scalar, std::uint64_t least,
                                       std::uint64_t most) {
  const auto& text = scalar.text;
  if (scalar.quoted || !is_plain_number(text)) {
    return std::unexpected(fmt::format(
        "expected a whole number, without quotes or leading zeros; {} is not", show_input(text)));
  }
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || value < least || value > most) {
    return std::unexpected(
        most == std::numeric_limits<std::uint64_t>::max()
            ? fmt::format("expected a whole number from {} up; {} is not", least, show_input(text))
            : fmt::format("expected a whole number from {} to {}; {} is not", least, most,
                          show_input(text)));
  }
  return value;
}

read_result<double> read_percentage(const node& scalar) {
  std::string_view text = scalar.text;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    if (const auto value = read_decimal(text); value && *value < 100) {
      return *value / 100;
    }
  }
  return std::unexpected(
      fmt::format("expected a percentage from 0% to below 100%, such as 10%; {} is not",
                  show_input(scalar.text)));
}

read_result<double> read_bound(const node& scalar) {
  if (const auto value = read_decimal(scalar.text); value && *value > 0 && !scalar.quoted) {
    return value;
  }
  return std::unexpected(fmt::format(
      "expected a number of seconds above 0, without quotes; {} is not", show_input(scalar.text)));
}

read_result<milliseconds> read_duration(const node& scalar, milliseconds least, milliseconds most) {
  const auto value = parse_duration(scalar.text);
  if (!value) {
    return std::unexpected(
        fmt::format("{} is not a duration: {}", show_input(scalar.text), value.error()));
  }
  if (*value == milliseconds{0} && least == milliseconds{1}) {
    return std::unexpected("expected a duration above 0");
  }
  if (*value < least) {
    return std::unexpected(fmt::format("expected a duration of {} or more; {} is less",
                                       format_duration(least), show_input(scalar.text)));
  }
  if (*value > most) {
    return std::unexpected(fmt::format("expected a duration of {} or less; {} is more",
                                       format_duration(most), show_input(scalar.text)));
  }
  return *value;
}

read_result<std::string> read_timezone(std::string_view name) {
  std::vector<std::string_view> names;
  try {
    for (const auto& zone : date::get_tzdb().zones) {
      names.push_back(zone.name());
    }
    static_cast<void>(date::locate_zone(name));
    return std::string(name);
  } catch (const std::runtime_error&) {
    if (names.empty()) {
      return std::unexpected("the system has no time zone database; install tzdata");
    }
    const auto meant = nearest(name, names);
    return std::unexpected(fmt::format("{} is not a time zone; {}", show_input(name),
                                       meant ? fmt::format("did you mean '{}'?", *meant)
                                             : "expected an IANA name such as America/Bogota"));
  }
}

read_result<std::size_t> read_choice(const node& scalar,
                                     std::span<const std::string_view> choices) {
  const auto found = std::ranges::find(choices, scalar.text);
  if (found == choices.end()) {
    return std::unexpected(fmt::format("{} is not valid here; {}", show_input(scalar.text),
                                       advice(scalar.text, choices)));
  }
  return static_cast<std::size_t>(found - choices.begin());
}

}  // namespace wolkvox::config
