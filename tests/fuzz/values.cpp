// One text to every reader of a value: what a reader accepts, it says exactly, and it reads its own
// spelling of the value back.
#include <date/tz.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include "exporter/api/ascii.hpp"
#include "exporter/api/net/http_date.hpp"
#include "exporter/api/readers.hpp"
#include "tests/fuzz/requirement.hpp"

namespace wolkvox::api {
namespace {

using fuzz::require;
using namespace std::chrono_literals;

template <class T>
bool reads_as(const read<T>& result, const T& expected) {
  return result.has_value() && *result == expected;
}

// The digits that a text with thousands commas or a decimal comma stands for: "1,234.5" is 1234.5.
std::string plain_digits(std::string_view text) {
  std::string plain;
  const auto comma = text.find(',');
  const bool is_decimal = !text.contains('.') && comma != std::string_view::npos &&
                          comma == text.rfind(',') && text.size() - comma <= 3;
  for (const char c : text) {
    if (c != ',') {
      plain += c;
    } else if (is_decimal) {
      plain += '.';
    }
  }
  return plain;
}

std::string with_commas(std::int64_t value) {
  auto digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (auto at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

void check_integer(std::string_view text) {
  const auto value = read_integer(text);
  if (!value) {
    return;
  }
  require(reads_as(read_integer(std::to_string(*value)), *value), "an integer reads back");
  require(reads_as(read_integer(with_commas(*value)), *value), "thousands commas change nothing");
  std::string digits{trim(text)};
  std::erase(digits, ',');
  // With an exponent, or a point, it is what C reads as a number, as far as that is exact.
  constexpr std::int64_t exact = std::int64_t{1} << 53;
  if (digits.find_first_of("eE") == std::string::npos) {
    require(std::strtoll(digits.c_str(), nullptr, 10) == *value, "an integer is its digits");
  } else if (std::abs(*value) < exact) {
    require(std::strtod(digits.c_str(), nullptr) == static_cast<double>(*value),
            "an integer with an exponent is its number");
  }
}

std::string with_decimals(std::int64_t micros) {
  const auto magnitude = std::abs(micros);
  return fmt::format("{}{}.{:06}", micros < 0 ? "-" : "", magnitude / 1'000'000,
                     magnitude % 1'000'000);
}

void check_decimal(std::string_view text) {
  const auto micros = read_decimal_micros(text);
  if (!micros) {
    return;
  }
  require(reads_as(read_decimal_micros(with_decimals(*micros)), *micros), "a decimal reads back");
  const auto said = std::strtold(plain_digits(trim(text)).c_str(), nullptr) * 1e6L;
  const auto kept = static_cast<long double>(*micros);
  require(std::abs(said - kept) <= 0.5L + (std::abs(kept) * 1e-18L) + 1e-9L,
          "a decimal is its digits, rounded to millionths");
  if (read_integer(text)) {
    require(reads_as(read_decimal_micros(std::to_string(*read_integer(text))), *micros),
            "an integer is a decimal of the same value");
  }
}

void check_duration(std::string_view text) {
  const auto duration = read_duration(text);
  if (!duration) {
    return;
  }
  require(duration->count() >= 0, "no duration is negative");
  require(reads_as(read_duration(with_decimals(duration->count())), *duration),
          "a duration reads back as seconds");
  if (*duration % 1s == 0us) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*duration).count();
    const auto clock =
        fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (seconds / 3600 <= 1'000'000'000) {
      require(reads_as(read_duration(clock), *duration), "a duration reads back as a clock");
    }
  }
}

void check_ratio(std::string_view text) {
  const auto ratio = read_ratio(text);
  if (!ratio) {
    return;
  }
  require(std::isfinite(*ratio), "a ratio is a number");
  auto number = trim(text);
  if (number.ends_with('%')) {
    number.remove_suffix(1);
  }
  require(std::strtod(plain_digits(trim(number)).c_str(), nullptr) / 100.0 == *ratio,
          "a ratio is its digits");
}

// Zones that skip and repeat hours, one of them at midnight, one that skipped a day.
const std::array<const date::time_zone*, 5>& zones() {
  static const std::array all{date::locate_zone("America/Bogota"),
                              date::locate_zone("America/Santiago"),
                              date::locate_zone("Europe/Lisbon"), date::locate_zone("Pacific/Apia"),
                              date::locate_zone("America/St_Johns")};
  return all;
}

void check_date_time(std::string_view text) {
  for (const auto* const zone : zones()) {
    const auto moment = read_date_time(text, *zone);
    if (!moment) {
      continue;
    }
    const auto local = zone->to_local(*moment);
    const auto day = date::floor<date::days>(local);
    const date::year_month_day date{day};
    const date::hh_mm_ss time{local - day};
    const auto written = fmt::format(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}", int{date.year()}, unsigned{date.month()},
        unsigned{date.day()}, time.hours().count(), time.minutes().count(), time.seconds().count());
    require(reads_as(read_date_time(written, *zone), *moment), "a moment reads back");
  }
}

void check_http_date(std::string_view text) {
  const auto moment = read_http_date(text);
  if (moment) {
    const auto written = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT",
                                     fmt::gmtime(std::time_t{moment->time_since_epoch().count()}));
    require(read_http_date(written) == moment, "a date of HTTP reads back");
  }
  const auto wait = read_retry_after(text, std::chrono::sys_seconds{1'795'269'600s});
  require(!wait || (*wait >= 0s && *wait <= 24h), "a wait is between nothing and a day");
}

void check_words(std::string_view text) {
  const auto answer = read_yes_no(text);
  require(!answer || reads_as(read_yes_no(*answer ? "yes" : "no"), *answer), "yes is yes");
  const auto id = read_agent_id(text);
  require(text.contains(id) && read_agent_id(id) == id, "an agent's id is part of its text");
  const auto word = read_enumeration(text);
  require(read_enumeration(word) == word, "a word in lower case stays");
  const auto folded = fold_enumeration(text);
  require(fold_enumeration(folded) == folded && fold_enumeration(word) == folded,
          "a folded word stays");
}

}  // namespace
}  // namespace wolkvox::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Of its own size on the heap: a reader that looks behind the end is seen.
  const std::vector<char> bytes{data, data + size};
  const std::string_view text{bytes.data(), bytes.size()};
  wolkvox::api::check_integer(text);
  wolkvox::api::check_decimal(text);
  wolkvox::api::check_duration(text);
  wolkvox::api::check_ratio(text);
  wolkvox::api::check_date_time(text);
  wolkvox::api::check_http_date(text);
  wolkvox::api::check_words(text);
  return 0;
}
