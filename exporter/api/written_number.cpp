// The grammar of numbers with thousands commas. Ambiguous texts are refused, not guessed: a wrong
// number is worse than a missing one.
#include "exporter/api/written_number.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "exporter/api/ascii.hpp"

namespace wolkvox::api {
namespace {

// "12,5" and "0,75": one comma, one or two digits behind it. Three digits would be a group of
// thousands.
bool is_decimal_comma(std::string_view text, std::size_t comma) {
  const auto behind = text.size() - comma - 1;
  return text.find(',', comma + 1) == std::string_view::npos && (behind == 1 || behind == 2);
}

// 0 where there is none; nothing where what stands there is none.
std::optional<int> read_exponent(std::string_view text, std::size_t mark) {
  constexpr int largest = 30;
  if (mark == std::string_view::npos) {
    return 0;
  }
  auto digits = text.substr(mark + 1);
  const bool is_negative = digits.starts_with('-');
  if (is_negative || digits.starts_with('+')) {
    digits.remove_prefix(1);
  }
  int value = 0;
  if (!all_digits(digits) ||
      std::from_chars(digits.begin(), digits.end(), value).ec != std::errc{} || value > largest) {
    return std::nullopt;
  }
  return is_negative ? -value : value;
}

}  // namespace

std::optional<written_number> written_number::parse(std::string_view text, lone_comma comma) {
  written_number number;
  text = trim(text);
  if (text.starts_with('-')) {
    number.negative_ = true;
    text.remove_prefix(1);
  }
  const auto exponent_mark = text.find_first_of("eE");
  const auto exponent = read_exponent(text, exponent_mark);
  // Machines write exponents, and no commas.
  if (exponent_mark != std::string_view::npos && text.contains(',')) {
    return std::nullopt;
  }
  text = text.substr(0, exponent_mark);
  auto mark = text.find('.');
  if (mark == std::string_view::npos && comma == lone_comma::may_be_decimal) {
    const auto first_comma = text.find(',');
    if (first_comma != std::string_view::npos && is_decimal_comma(text, first_comma)) {
      mark = first_comma;
    }
  }
  if (mark != std::string_view::npos) {
    number.fraction_ = text.substr(mark + 1);
    if (!all_digits(number.fraction_)) {
      return std::nullopt;
    }
  }
  const auto whole = text.substr(0, mark);
  const bool begins_with_point = whole.empty() && text.starts_with('.');
  if (!exponent || !number.read_whole(begins_with_point ? "0" : whole) ||
      !number.shift_point(*exponent)) {
    return std::nullopt;
  }
  return number;
}

// Moves digits between the whole part and the fraction.
bool written_number::shift_point(int places) {
  for (; places > 0; --places) {
    if (whole_size_ == whole_.size()) {
      return false;
    }
    whole_[whole_size_++] = fraction_.empty() ? '0' : fraction_.front();
    fraction_.erase(0, 1);
  }
  for (; places < 0; ++places) {
    fraction_.insert(fraction_.begin(), whole_[whole_size_ - 1]);
    if (whole_size_ > 1) {
      --whole_size_;
    } else {
      whole_[0] = '0';
    }
  }
  return true;
}

bool written_number::read_whole(std::string_view text) {
  const bool grouped = text.contains(',');
  // "0,234" could be 0.234 as well as 234: refused.
  if (grouped && (text.find(',') > 3 || text.starts_with('0'))) {
    return false;
  }
  for (bool first = true;; first = false) {
    const auto group = text.substr(0, text.find(','));
    if (!all_digits(group) || (!first && group.size() != 3) ||
        whole_size_ + group.size() > whole_.size()) {
      return false;
    }
    std::ranges::copy(group, whole_.begin() + static_cast<std::ptrdiff_t>(whole_size_));
    whole_size_ += group.size();
    if (group.size() == text.size()) {
      return true;
    }
    text.remove_prefix(group.size() + 1);
  }
}

}  // namespace wolkvox::api
