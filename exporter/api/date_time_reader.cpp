// Dates and times without a zone, in the operation's zone (wolkvox-api.md 3.3, 4).
#include <date/tz.h>

#include "exporter/api/ascii.hpp"
#include "exporter/api/readers.hpp"

namespace wolkvox::api {
namespace {

// The digits of the forms that are accepted, as one run: "YYYYMMDD" or "YYYYMMDDHHMMSS".
std::optional<std::string> compact(std::string_view text) {
  constexpr std::string_view separated = "dddd-dd-dd dd:dd:dd";
  if (all_digits(text) && (text.size() == 8 || text.size() == 14)) {
    return std::string{text};
  }
  if (text.size() != separated.size() && text.size() != separated.find(' ')) {
    return std::nullopt;
  }
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (separated[i] == 'd' ? !is_digit(text[i]) : separated[i] != text[i]) {
      return std::nullopt;
    }
    if (separated[i] == 'd') {
      digits += text[i];
    }
  }
  return digits;
}

unsigned two_digits(std::string_view digits, std::size_t at) {
  return static_cast<unsigned>(((digits[at] - '0') * 10) + (digits[at + 1] - '0'));
}

}  // namespace

read<std::chrono::sys_seconds> read_date_time(std::string_view text, const date::time_zone& zone) {
  const auto digits = compact(trim(text));
  if (!digits) {
    return std::unexpected(unreadable{});
  }
  const auto year = (two_digits(*digits, 0) * 100) + two_digits(*digits, 2);
  const auto day = date::year{static_cast<int>(year)} / date::month{two_digits(*digits, 4)} /
                   date::day{two_digits(*digits, 6)};
  // Year 0 is the "0000-00-00" of databases, not a date.
  if (year == 0 || !day.ok()) {
    return std::unexpected(unreadable{});
  }
  date::local_seconds local = date::local_days{day};
  if (digits->size() == 14) {
    const auto hour = two_digits(*digits, 8);
    const auto minute = two_digits(*digits, 10);
    const auto second = two_digits(*digits, 12);
    if (hour > 23 || minute > 59 || second > 59) {
      return std::unexpected(unreadable{});
    }
    local += std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
  }
  return zone.to_sys(local, date::choose::earliest);
}

}  // namespace wolkvox::api
