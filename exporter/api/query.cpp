// Writes a question as the target of a request. Own percent-encoding: Boost.URL leaves '+' and ':'
// as they are, and PHP reads '+' as a blank.
#include "exporter/api/query.hpp"

#include <string_view>

namespace wolkvox::api {
namespace {

// RFC 3986, 2.3.
constexpr bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += hex[byte >> 4U];
    out += hex[byte & 0xFU];
  }
}

}  // namespace

std::string target(const report_query& query) {
  std::string text = query.file + "?api=";
  append_encoded(text, query.api);
  for (const auto& [name, value] : query.parameters) {
    text += '&';
    append_encoded(text, name);
    text += '=';
    append_encoded(text, value);
  }
  return text;
}

}  // namespace wolkvox::api
