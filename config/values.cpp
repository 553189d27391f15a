// Readers of single values.
#include "config/values.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>
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

// Abbreviations that the database does not have, of the places where wolkvox is at work; with them
// the ones of summer.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> abbreviations{{
    {"ART", "America/Argentina/Buenos_Aires"},
    {"BOT", "America/La_Paz"},
    {"BRT", "America/Sao_Paulo"},
    {"CDT", "America/Mexico_City"},
    {"CLST", "America/Santiago"},
    {"CLT", "America/Santiago"},
    {"COL", "America/Bogota"},
    {"COST", "America/Bogota"},
    {"COT", "America/Bogota"},
    {"CST", "America/Mexico_City"},
    {"ECT", "America/Guayaquil"},
    {"EDT", "America/New_York"},
    {"HLV", "America/Caracas"},
    {"MDT", "America/Denver"},
    {"PDT", "America/Los_Angeles"},
    {"PET", "America/Lima"},
    {"PST", "America/Los_Angeles"},
    {"PYT", "America/Asuncion"},
    {"UYT", "America/Montevideo"},
    {"VET", "America/Caracas"},
    {"CEST", "Europe/Madrid"},
    {"BST", "Europe/London"},
    {"GST", "Asia/Dubai"},
    {"IST", "Asia/Kolkata"},
}};

// "UTC-5", "GMT-05:00", "-0500", "-5".
bool is_offset(std::string_view text) {
  for (const std::string_view prefix : {"UTC", "GMT", "utc", "gmt", "Z"}) {
    if (text.starts_with(prefix)) {
      text.remove_prefix(prefix.size());
      break;
    }
  }
  const auto sign = text.find_first_not_of(' ');
  return sign != std::string_view::npos && (text[sign] == '-' || text[sign] == '+') &&
         text.size() > sign + 1 &&
         text.find_first_not_of("0123456789:", sign + 1) == std::string_view::npos;
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "Bogota" or "america/bogota" as the database has it; "" where it has none.
std::string_view place_in(std::span<const std::string_view> names, std::string_view asked) {
  const auto same = [asked](std::string_view name) {
    return std::ranges::equal(name, asked, {}, to_lower, to_lower);
  };
  const auto found = std::ranges::find_if(names, [&](std::string_view name) {
    return same(name) || same(name.substr(name.rfind('/') + 1));
  });
  return found == names.end() ? std::string_view{} : *found;
}

std::string no_zone(std::string_view name, std::span<const std::string_view> names) {
  const auto shown = show_input(name);
  if (is_offset(name)) {
    return fmt::format(
        "{} is an offset, not a time zone; write the IANA name of the place, such "
        "as America/Bogota",
        shown);
  }
  const auto* const known =
      std::ranges::find(abbreviations, name, &decltype(abbreviations)::value_type::first);
  if (known != abbreviations.end()) {
    return fmt::format(
        "{} is an abbreviation, not a time zone; write the IANA name of the place, "
        "such as {}",
        shown, known->second);
  }
  const auto place = place_in(names, name);
  const auto meant = place.empty() ? nearest(name, names) : std::optional{place};
  return fmt::format("{} is not a time zone; {}", shown,
                     meant ? fmt::format("did you mean '{}'?", *meant)
                           : "expected an IANA name such as America/Bogota");
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
    return std::unexpected(no_zone(name, names));
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
