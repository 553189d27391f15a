// What foreign bytes become in a label, said a second time, by the table of well-formed UTF-8
// (Unicode 15, table 3-7).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wolkvox::fuzz {

namespace detail {

struct utf8_form {
  unsigned char first_least, first_most, second_least, second_most;
  std::size_t size;
};

inline constexpr utf8_form utf8_forms[] = {
    {0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

inline bool begins(std::string_view text, const utf8_form& form) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  if (text.size() < form.size || byte(0) < form.first_least || byte(0) > form.first_most) {
    return false;
  }
  for (std::size_t at = 1; at < form.size; ++at) {
    const auto least = at == 1 ? form.second_least : 0x80;
    const auto most = at == 1 ? form.second_most : 0xBF;
    if (byte(at) < least || byte(at) > most) {
      return false;
    }
  }
  return true;
}

}  // namespace detail

// Each run of bytes that is not UTF-8 as one U+FFFD.
inline std::string repaired(std::string_view text) {
  std::string valid;
  bool is_broken = false;
  while (!text.empty()) {
    std::size_t size = 0;
    for (const auto& form : detail::utf8_forms) {
      size = detail::begins(text, form) ? form.size : size;
    }
    if (size == 0 && !is_broken) {
      valid += "\xEF\xBF\xBD";
    }
    is_broken = size == 0;
    valid += text.substr(0, size);
    text.remove_prefix(is_broken ? 1 : size);
  }
  return valid;
}

}  // namespace wolkvox::fuzz
