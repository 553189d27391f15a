// Integers, decimals and percentages (wolkvox-api.md 4).
#include <charconv>
#include <limits>
#include <system_error>

#include "exporter/api/ascii.hpp"
#include "exporter/api/readers.hpp"
#include "exporter/api/written_number.hpp"

namespace wolkvox::api {
namespace {

constexpr std::int64_t micros_per_unit = 1'000'000;
constexpr std::size_t micros_digits = 6;

template <class Number>
std::optional<Number> from_digits(std::string_view digits) {
  Number value{};
  const auto [stop, failure] = std::from_chars(digits.begin(), digits.end(), value);
  if (failure != std::errc{} || stop != digits.end()) {
    return std::nullopt;
  }
  return value;
}

// Six decimals, the seventh rounds half away from zero; up to 1,000,000 for ".9999999".
std::int64_t micros_of(std::string_view fraction) {
  std::int64_t micros = 0;
  for (std::size_t i = 0; i < micros_digits; ++i) {
    micros = micros * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  }
  const bool up = fraction.size() > micros_digits && fraction[micros_digits] >= '5';
  return up ? micros + 1 : micros;
}

}  // namespace

read<std::int64_t> read_integer(std::string_view text) {
  const auto number = written_number::parse(text, written_number::lone_comma::thousands_only);
  if (!number || number->fraction().find_first_not_of('0') != std::string_view::npos) {
    return std::unexpected(unreadable{});
  }
  const auto value = from_digits<std::int64_t>(number->whole());
  if (!value) {
    return std::unexpected(unreadable{});
  }
  return number->negative() ? -*value : *value;
}

read<std::int64_t> read_decimal_micros(std::string_view text) {
  const auto number = written_number::parse(text, written_number::lone_comma::may_be_decimal);
  if (!number) {
    return std::unexpected(unreadable{});
  }
  const auto whole = from_digits<std::int64_t>(number->whole());
  constexpr auto most = (std::numeric_limits<std::int64_t>::max() / micros_per_unit) - 1;
  if (!whole || *whole > most) {
    return std::unexpected(unreadable{});
  }
  const auto micros = (*whole * micros_per_unit) + micros_of(number->fraction());
  return number->negative() ? -micros : micros;
}

read<double> read_ratio(std::string_view text) {
  text = trim(text);
  if (text.ends_with('%')) {
    text.remove_suffix(1);
  }
  const auto number = written_number::parse(text, written_number::lone_comma::may_be_decimal);
  if (!number) {
    return std::unexpected(unreadable{});
  }
  // Through the digits, so that "34.64" is the double nearest to 34.64 before it is divided.
  std::string digits{number->whole()};
  if (!number->fraction().empty()) {
    digits += '.';
    digits += number->fraction();
  }
  const auto percent = from_digits<double>(digits);
  if (!percent) {
    return std::unexpected(unreadable{});
  }
  return (number->negative() ? -*percent : *percent) / 100.0;
}

}  // namespace wolkvox::api
