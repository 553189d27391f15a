// Lengths of time (wolkvox-api.md 4): sums are "HH:MM:SS", per-call times are seconds as digits.
#include <charconv>
#include <system_error>

#include "exporter/api/ascii.hpp"
#include "exporter/api/readers.hpp"

namespace wolkvox::api {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

// More hours than any platform has run; keeps the sum far from overflow.
constexpr std::int64_t most_hours = 1'000'000'000;

std::optional<std::int64_t> leading_part(std::string_view digits) {
  std::int64_t value = 0;
  if (!all_digits(digits) ||
      std::from_chars(digits.begin(), digits.end(), value).ec != std::errc{} ||
      value > most_hours) {
    return std::nullopt;
  }
  return value;
}

// Minutes and seconds behind a colon: two digits below 60.
std::optional<std::int64_t> sixtieths(std::string_view digits) {
  if (digits.size() != 2 || !all_digits(digits) || digits[0] > '5') {
    return std::nullopt;
  }
  return ((digits[0] - '0') * 10) + (digits[1] - '0');
}

// "4:38:08", "100:00:01", "05:12": the first part may pass its usual limit, the others may not.
read<microseconds> read_whole_clock(std::string_view text) {
  const auto colon = text.find(':');
  const auto first = leading_part(text.substr(0, colon));
  auto rest = text.substr(colon + 1);
  if (!first || (rest.size() != 2 && (rest.size() != 5 || rest[2] != ':'))) {
    return std::unexpected(unreadable{});
  }
  auto total = *first;
  while (true) {
    const auto part = sixtieths(rest.substr(0, 2));
    if (!part) {
      return std::unexpected(unreadable{});
    }
    total = total * 60 + *part;
    if (rest.size() == 2) {
      return microseconds{seconds{total}};
    }
    rest.remove_prefix(3);
  }
}

// "00:05:12.5000": what a database makes of seconds with decimals.
read<microseconds> read_clock(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = read_whole_clock(text.substr(0, point));
  if (!whole || point == std::string_view::npos) {
    return whole;
  }
  const auto fraction = read_decimal_micros(text.substr(point));
  if (!fraction) {
    return std::unexpected(unreadable{});
  }
  return *whole + microseconds{*fraction};
}

}  // namespace

read<microseconds> read_duration(std::string_view text) {
  text = trim(text);
  if (text.starts_with('-')) {
    return std::unexpected(unreadable{});
  }
  if (text.contains(':')) {
    return read_clock(text);
  }
  const auto micros = read_decimal_micros(text);
  if (!micros) {
    return std::unexpected(unreadable{});
  }
  return microseconds{*micros};
}

}  // namespace wolkvox::api
