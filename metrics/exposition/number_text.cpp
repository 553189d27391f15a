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

}  // namespace

void append_number(std::string& out, double value) {
  constexpr double exact_integers = 9007199254740992.0;  // 2^53
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else if (std::abs(value) <= exact_integers && value == std::trunc(value) &&
             !(value == 0 && std::signbit(value))) {
    append_shortest(out, static_cast<std::int64_t>(value));
  } else {
    append_shortest(out, value);
  }
}

}  // namespace wolkvox::metrics
