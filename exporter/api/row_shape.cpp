// Turns keys and values into shapes. Every length is capped: the line is for people, and lengths of
// free texts are nobody's business.
#include "exporter/api/row_shape.hpp"

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

// Field names of the platform: letters first, "busy/congestion/failed" at worst. Anything else may
// be data.
bool is_field_name(std::string_view key) {
  const auto fits = [](char c) {
    return (is_word_byte(c) && static_cast<unsigned char>(c) < 0x80) || is_digit(c) || c == '_' ||
           c == '/' || c == '-' || c == ' ';
  };
  return !key.empty() && key.size() <= longest_key && is_word_byte(key.front()) &&
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

void row_shape::key(std::string_view key) {
  if (text_.size() > longest_shape) {
    return;
  }
  if (!text_.empty()) {
    text_ += ' ';
  }
  text_ += is_field_name(key) ? std::string{key} : shape_of(key);
  text_ += '=';
}

void row_shape::value(value_kind kind, std::string_view text) {
  if (text_.size() > longest_shape) {
    return;
  }
  switch (kind) {
    case value_kind::string:
      text_ += shape_of(text);
      return;
    case value_kind::number:
      text_ += '#' + shape_of(text);
      return;
    case value_kind::boolean:
      text_ += "boolean";
      return;
    case value_kind::null:
      text_ += "null";
      return;
    case value_kind::nested:
      text_ += "nested";
      return;
  }
}

}  // namespace wolkvox::api
