#include "config/token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "config/file_text.hpp"

namespace wolkvox::config {
namespace {

// Far more than any token; a file beyond it was named by mistake.
constexpr std::size_t longest_token = 4096;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A token travels in a header: printable ASCII without blanks.
bool fits_a_header(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string shown(const std::filesystem::path& file) {
  std::error_code unknown;
  const bool is_there = std::filesystem::exists(file, unknown);
  const bool is_suspect =
      std::ranges::any_of(file, [](const auto& part) { return looks_like_token(part.string()); });
  return is_suspect && !is_there ? "the file that token_file names"
                                 : fmt::format("the token file {}", file.string());
}

std::string shown(const std::string& variable) {
  return looks_like_token(variable) ? "the environment variable that token_env names"
                                    : fmt::format("the environment variable {}", variable);
}

std::expected<secret, std::string> checked(std::string_view text, const std::string& origin) {
  const std::string_view token = trim(text);
  if (token.empty()) {
    return std::unexpected(fmt::format("{} is empty", origin));
  }
  if (token.size() > longest_token || !fits_a_header(token)) {
    return std::unexpected(fmt::format("{} does not hold a token alone", origin));
  }
  return secret{std::string{token}};
}

}  // namespace

bool looks_like_token(std::string_view word) {
  constexpr std::size_t shortest = 20;
  constexpr std::ptrdiff_t fewest_digits = 6;
  return word.size() >= shortest && std::ranges::count_if(word, is_digit) >= fewest_digits;
}

std::expected<secret, std::string> read_token(const token_source& source) {
  if (source.file.empty()) {
    // Only this thread runs code of ours that touches the environment.
    const char* const value =
        std::getenv(source.environment.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) {
      return std::unexpected(fmt::format("{} is not set", shown(source.environment)));
    }
    return checked(value, shown(source.environment));
  }
  // Blanks around a token are no part of it.
  const auto text = read_file_text(source.file, 2 * longest_token);
  if (!text) {
    return std::unexpected(fmt::format("{} {}", shown(source.file), text.error()));
  }
  return checked(*text, shown(source.file));
}

}  // namespace wolkvox::config
