// Local dates by the tz database; the offset is looked up once per change of the zone.
#include "tests/simulator/local_time.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace wolkvox::simulator {

namespace {

constexpr std::int64_t day_seconds = 86'400;

std::optional<int> digits_at(std::string_view text, std::size_t from, std::size_t count) {
  int value = 0;
  const auto* const begin = text.data() + from;
  const auto [end, failure] = std::from_chars(begin, begin + count, value);
  if (failure != std::errc{} || end != begin + count) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::expected<local_time, std::string> local_time::of(const std::string& zone) {
  try {
    return local_time(date::locate_zone(zone));
  } catch (const std::runtime_error&) {
    return std::unexpected(fmt::format("unknown time zone '{}'", zone));
  }
}

seconds local_time::offset(sys_seconds at) const {
  if (at < known_from_ || at >= known_to_) {
    const auto info = zone_->get_info(at);
    known_from_ = info.begin;
    known_to_ = info.end;
    known_offset_ = info.offset;
  }
  return known_offset_;
}

std::int64_t local_time::day(sys_seconds at) const {
  return std::chrono::floor<std::chrono::days>(wall(at)).count();
}

unsigned local_time::weekday(sys_seconds at) const {
  // 1970-01-01 was a Thursday.
  return static_cast<unsigned>((day(at) % 7 + 7 + 4) % 7);
}

seconds local_time::second_of_day(sys_seconds at) const {
  return wall(at) - seconds{day(at) * day_seconds};
}

sys_seconds local_time::midnight(std::int64_t day) const {
  const date::local_seconds wall{seconds{day * day_seconds}};
  return zone_->to_sys(wall, date::choose::earliest);
}

std::string local_time::day_text(std::int64_t day) const {
  const std::chrono::year_month_day ymd{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
  return fmt::format("{:04}-{:02}-{:02}", int{ymd.year()}, unsigned{ymd.month()},
                     unsigned{ymd.day()});
}

std::string local_time::text(sys_seconds at) const {
  const auto second = second_of_day(at).count();
  return fmt::format("{} {:02}:{:02}:{:02}", day_text(day(at)), second / 3600, second / 60 % 60,
                     second % 60);
}

std::optional<sys_seconds> local_time::read_digits(std::string_view digits, bool later) const {
  if (digits.size() != 14) {
    return std::nullopt;
  }
  const auto year = digits_at(digits, 0, 4);
  const auto month = digits_at(digits, 4, 2);
  const auto day = digits_at(digits, 6, 2);
  const auto hour = digits_at(digits, 8, 2);
  const auto minute = digits_at(digits, 10, 2);
  const auto second = digits_at(digits, 12, 2);
  if (!year || !month || !day || !hour || !minute || !second) {
    return std::nullopt;
  }
  const auto calendar = date::year{*year} / *month / *day;
  if (!calendar.ok() || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  const auto wall = date::local_days{calendar} + std::chrono::hours{*hour} +
                    std::chrono::minutes{*minute} + seconds{*second};
  return zone_->to_sys(wall, later ? date::choose::latest : date::choose::earliest);
}

std::optional<sys_seconds> local_time::read_compact(std::string_view text, bool later) const {
  return read_digits(text, later);
}

std::optional<sys_seconds> local_time::read_text(std::string_view text) const {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd:dd";
  if (text.size() != 10 && text.size() != shape.size()) {
    return std::nullopt;
  }
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (shape[i] == 'd') {
      digits += text[i];
    } else if (text[i] != shape[i] && !(shape[i] == 'T' && text[i] == ' ')) {
      return std::nullopt;
    }
  }
  digits.append(14 - digits.size(), '0');
  return read_digits(digits, false);
}

}  // namespace wolkvox::simulator
