// Reads an Authorization field.
#include "exporter/web/credentials.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace wolkvox::web {
namespace {

constexpr std::string_view scheme = "basic ";
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool begins_with_scheme(std::string_view field) {
  return field.size() >= scheme.size() &&
         std::ranges::equal(field.substr(0, scheme.size()), scheme, {}, [](char c) {
           return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
         });
}

std::optional<std::string> decode_base64(std::string_view text) {
  const auto end = text.find_last_not_of('=');
  const auto padding = end == std::string_view::npos ? text.size() : text.size() - end - 1;
  // OpenSSL skips blanks and takes padding in odd places.
  if (text.size() % 4 != 0 || padding > 2 ||
      text.substr(0, text.size() - padding).find_first_not_of(alphabet) != std::string_view::npos) {
    return std::nullopt;
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  const auto decoded = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
  if (decoded < 0) {
    return std::nullopt;
  }
  bytes.resize(static_cast<std::size_t>(decoded) - padding);
  return bytes;
}

}  // namespace

std::optional<credentials> parse_basic(std::string_view field) {
  if (!begins_with_scheme(field)) {
    return std::nullopt;
  }
  const auto pair = decode_base64(field.substr(scheme.size()));
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return std::nullopt;
  }
  return credentials{.name = pair->substr(0, colon), .password = secret{pair->substr(colon + 1)}};
}

}  // namespace wolkvox::web
