// Reads Go's durations.
#include "config/go_duration.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

namespace wolkvox::config {
namespace {

// The longer spelling of two that begin alike stands first.
constexpr std::array<std::pair<std::string_view, double>, 8> units{{{"ns", 1},
                                                                    {"us", 1e3},
                                                                    {"\u00b5s", 1e3},
                                                                    {"\u03bcs", 1e3},
                                                                    {"ms", 1e6},
                                                                    {"s", 1e9},
                                                                    {"m", 60e9},
                                                                    {"h", 3600e9}}};
constexpr double longest = 9.2e18;  // of 64 bits of nanoseconds: 292 years

std::unexpected<std::string> not_one() {
  return std::unexpected(
      std::string("expected a duration such as 500ms, 1s or 1m30s (units h, m, s, ms, us, ns)"));
}

}  // namespace

std::expected<std::chrono::nanoseconds, std::string> parse_go_duration(std::string_view text) {
  if (text == "0") {
    return std::chrono::nanoseconds{0};
  }
  if (text.empty()) {
    return not_one();
  }
  double total = 0;
  while (!text.empty()) {
    double count = 0;
    const auto read =
        std::from_chars(text.data(), text.data() + text.size(), count, std::chars_format::fixed);
    const bool is_digit_first = text.front() == '.' || (text.front() >= '0' && text.front() <= '9');
    if (read.ec != std::errc{} || !is_digit_first) {
      return not_one();
    }
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    const std::pair<std::string_view, double>* unit = nullptr;
    for (const auto& each : units) {
      if (text.starts_with(each.first)) {
        unit = &each;
        break;
      }
    }
    if (unit == nullptr) {
      return not_one();
    }
    text.remove_prefix(unit->first.size());
    total += count * unit->second;
    if (!(total < longest)) {
      return std::unexpected(std::string("is longer than 290 years"));
    }
  }
  return std::chrono::nanoseconds{std::llround(total)};
}

}  // namespace wolkvox::config
