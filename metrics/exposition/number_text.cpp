// std::to_chars does the work; it knows no locale.
#include "metrics/exposition/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace wolkvox::metrics {

namespace {

template <class Number>
void append_shortest(std::string& out, Number value) {
  std::array<char, 32> digits;  // a double needs 24, a 64-bit integer 20
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

bool is_exact_integer(double value) {
  constexpr double limit = 9007199254740992.0;  // 2^53
  const bool is_negative_zero = value == 0 && std::signbit(value);
  return std::abs(value) <= limit && value == std::trunc(value) && !is_negative_zero;
}

}  // namespace

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else if (is_exact_integer(value)) {
    append_shortest(out, static_cast<std::int64_t>(value));
  } else {
    append_shortest(out, value);
  }
}

}  // namespace wolkvox::metrics
