// std::to_chars does the work; it knows no locale.
#include "metrics/exposition/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wolkvox::metrics {

namespace {

bool is_exact_integer(double value) {
  constexpr double limit = 9007199254740992.0;  // 2^53
  if (!(value >= -limit && value <= limit)) {
    return false;
  }
  const bool is_negative_zero = value == 0 && std::signbit(value);
  return static_cast<double>(static_cast<std::int64_t>(value)) == value && !is_negative_zero;
}

char* write_text(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

}  // namespace

char* write_number(char* to, double value) {
  if (is_exact_integer(value)) {
    return std::to_chars(to, to + longest_number, static_cast<std::int64_t>(value)).ptr;
  }
  if (std::isnan(value)) {
    return write_text(to, "NaN");
  }
  if (std::isinf(value)) {
    return write_text(to, value > 0 ? "+Inf" : "-Inf");
  }
  return std::to_chars(to, to + longest_number, value).ptr;
}

void append_number(std::string& out, double value) {
  std::array<char, longest_number> digits;
  out.append(digits.data(), write_number(digits.data(), value));
}

void append_canonical_bound(std::string& out, double bound) {
  const auto begin = out.size();
  append_number(out, bound);
  if (std::string_view{out}.substr(begin).find_first_not_of("-0123456789") == std::string::npos) {
    out += ".0";
  }
}

}  // namespace wolkvox::metrics
