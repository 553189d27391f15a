// Lines end with a line feed, whatever stands before it.
#include "config/source_text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstddef>

namespace wolkvox::config {
namespace {

bool is_forbidden(char c) {
  return (c >= '\0' && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
}

// Bytes of the character that `text` begins with; 0 where it begins with none.
std::size_t character_size(std::string_view text) {
  utf8proc_int32_t code_point = 0;
  const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  return read > 0 ? static_cast<std::size_t>(read) : 0;
}

place behind(std::string_view text) {
  const auto lines = std::ranges::count(text, '\n');
  return {.line = static_cast<std::size_t>(lines) + 1, .column = text.size() - text.rfind('\n')};
}

}  // namespace

std::optional<mistake> find_no_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_forbidden(text[at])) {
      return mistake{behind(text.substr(0, at)), "not YAML: a control character"};
    }
    const auto size = character_size(text.substr(at));
    if (size == 0) {
      return mistake{behind(text.substr(0, at)), "not UTF-8"};
    }
    at += size;
  }
  return std::nullopt;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = character_size(text);
    if (size == 0) {
      return false;
    }
    text.remove_prefix(size);
  }
  return true;
}

std::optional<mistake> find_tab(std::string_view text, std::size_t last) {
  for (std::size_t line = 1; line <= last && !text.empty(); ++line) {
    const auto end = text.find('\n');
    const auto whole = text.substr(0, end);
    const auto indentation = whole.substr(0, whole.find_first_not_of(" \t\r"));
    const auto tab = indentation.find('\t');
    if (tab != std::string_view::npos && indentation.size() < whole.size()) {
      return mistake{{.line = line, .column = tab + 1},
                     "a tab in the indentation: YAML is indented with spaces; write two instead"};
    }
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return std::nullopt;
}

place end_of(std::string_view text) {
  if (text.ends_with('\n')) {
    text.remove_suffix(1);
  }
  return behind(text);
}

}  // namespace wolkvox::config
