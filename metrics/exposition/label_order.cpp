// Ids may have more digits than any integer type: they are compared as text without leading zeros.
#include "metrics/exposition/label_order.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace wolkvox::metrics {

namespace {

bool is_whole_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_leading_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

}  // namespace

std::strong_ordering compare_label_values(std::string_view a, std::string_view b) {
  const bool a_is_number = is_whole_number(a);
  if (const bool b_is_number = is_whole_number(b); a_is_number != b_is_number) {
    return a_is_number ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  if (a_is_number) {
    const auto x = without_leading_zeros(a);
    const auto y = without_leading_zeros(b);
    if (const auto by_size = x.size() <=> y.size(); by_size != 0) {
      return by_size;
    }
    if (const auto by_digits = x <=> y; by_digits != 0) {
      return by_digits;
    }
  }
  return a <=> b;  // "007" and "7" are different ids
}

// Two bits for what it is (a number that fits, a longer one, another text), the rest for its
// amount, its number of digits, its first bytes.
std::uint64_t label_order_key(std::string_view value) {
  constexpr unsigned rank_shift = 62;
  constexpr std::size_t most_digits = 18;  // of any number that the rest holds
  if (!is_whole_number(value)) {
    std::uint64_t first = 0;
    for (std::size_t i = 0; i < sizeof(first); ++i) {
      first = (first << 8U) | (i < value.size() ? static_cast<unsigned char>(value[i]) : 0U);
    }
    return (std::uint64_t{2} << rank_shift) | (first >> 2U);
  }
  const auto digits = without_leading_zeros(value);
  if (digits.size() > most_digits) {
    return (std::uint64_t{1} << rank_shift) | digits.size();
  }
  std::uint64_t amount = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), amount);
  return amount;
}

}  // namespace wolkvox::metrics
