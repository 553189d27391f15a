#include "exporter/api/clean_text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace wolkvox::api {
namespace {

// The length of the blank that the text begins with; 0 where it begins with none.
std::size_t blank_length(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  constexpr unsigned delete_ = 0x7f;
  if (byte(0) <= ' ' || byte(0) == delete_) {
    return 1;
  }
  // U+0080 to U+009F, controls (U+0085 ends a line), and U+00A0, a blank that does not break.
  if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) <= 0xa0) {
    return 2;
  }
  const bool is_separator =
      byte(0) == 0xe2 && byte(1) == 0x80 && (byte(2) == 0xa8 || byte(2) == 0xa9);
  return is_separator ? 3 : 0;
}

}  // namespace

bool is_clean(std::string_view text) {
  unsigned found = 0;
  unsigned char before = ' ';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    found |= static_cast<unsigned>(byte < ' ') | static_cast<unsigned>(byte == 0x7f) |
             static_cast<unsigned>(byte == 0xc2) | static_cast<unsigned>(byte == 0xe2) |
             (static_cast<unsigned>(byte == ' ') & static_cast<unsigned>(before == ' '));
    before = byte;
  }
  return found == 0 && before != ' ';
}

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  bool pending = false;
  while (!text.empty()) {
    const auto blank = blank_length(text);
    if (blank > 0) {
      pending = !clean.empty();
      text.remove_prefix(blank);
      continue;
    }
    if (std::exchange(pending, false)) {
      clean += ' ';
    }
    clean += text.front();
    text.remove_prefix(1);
  }
  return clean;
}

}  // namespace wolkvox::api
