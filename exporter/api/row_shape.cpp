// Turns keys and values into shapes. Every length is capped: the line is for people, and lengths of
// free texts are nobody's business.
#include "exporter/api/row_shape.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/api/ascii.hpp"

namespace wolkvox::api {
namespace {

constexpr std::size_t longest_shape = 4096;
constexpr std::size_t longest_key = 48;
constexpr std::size_t longest_value = 32;

constexpr bool is_word_byte(char c) {
  return (to_lower(c) >= 'a' && to_lower(c) <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// Columns of the platform are spelled so ("busy/congestion/failed"); anything else may be data, and
// so may a number.
bool is_column_name(std::string_view key) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '/' || c == ' ';
  };
  return !key.empty() && key.size() <= longest_key && !is_digit(key.front()) &&
         std::ranges::all_of(key, fits);
}

// Digits keep their number, words do not: "Ana Ruiz" is "a a".
std::string shape_of(std::string_view text) {
  constexpr std::string_view kept = " %,.:-/+#";
  std::string shape;
  for (const char c : text) {
    if (shape.size() == longest_value) {
      return shape + "...";
    }
    if (is_digit(c)) {
      shape += '9';
    } else if (!is_word_byte(c)) {
      shape += kept.contains(c) ? c : '?';
    } else if (!shape.ends_with('a')) {
      shape += 'a';
    }
  }
  return shape;
}

}  // namespace

void row_shape::key(std::string_view key, bool known) {
  if (length_ > longest_shape) {
    return;
  }
  const bool has_name = known || is_column_name(key);
  columns_.push_back(
      {.name = has_name ? std::string{key} : std::string{}, .value = {}, .known = known});
  length_ += columns_.back().name.size() + 1;
}

void row_shape::value(value_kind kind, std::string_view text) {
  if (length_ > longest_shape || columns_.empty()) {
    return;
  }
  auto& shape = columns_.back().value;
  switch (kind) {
    case value_kind::string:
      shape = shape_of(text);
      break;
    case value_kind::number:
      shape = '#' + shape_of(text);
      break;
    case value_kind::boolean:
      shape = "boolean";
      break;
    case value_kind::null:
      shape = "null";
      break;
    case value_kind::nested:
      shape = "nested";
      break;
  }
  length_ += shape.size() + 1;
}

std::string row_shape::text(const std::function<bool(std::string_view key)>& everywhere) const {
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const column& each = columns_[i];
    const bool is_shown = each.known || (!each.name.empty() && everywhere(each.name));
    text += text.empty() ? "" : " ";
    text += is_shown ? each.name : fmt::format("column {}", i + 1);
    text += '=' + each.value;
  }
  return text;
}

}  // namespace wolkvox::api
