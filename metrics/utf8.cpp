// Validation by utf8proc: surrogates, overlong forms and values beyond U+10FFFF are invalid.
#include "metrics/utf8.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>

namespace wolkvox::metrics {

namespace {

// Bytes of the character that `text` begins with; 0 where it begins with none.
std::size_t character_size(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80) {
    return 1;
  }
  utf8proc_int32_t code_point = 0;
  const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  return read > 0 ? static_cast<std::size_t>(read) : 0;
}

// Most texts are nothing else.
std::size_t ascii_prefix(std::string_view text) {
  const auto* const other =
      std::ranges::find_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return static_cast<std::size_t>(other - text.begin());
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  text.remove_prefix(ascii_prefix(text));
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0) {
      return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string valid;
  valid.reserve(text.size());
  bool replaced = false;
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0) {
      if (!replaced) {
        valid += replacement;
      }
      replaced = true;
      text.remove_prefix(1);
      continue;
    }
    replaced = false;
    valid += text.substr(0, size);
    text.remove_prefix(size);
  }
  return valid;
}

}  // namespace wolkvox::metrics
