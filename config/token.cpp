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

// What a file of a secret begins with that an editor or a shell has put there; "" where nothing.
std::string foreign_beginning(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) {
    return "begins with a byte order mark (BOM); save it as UTF-8 without BOM";
  }
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return "is UTF-16, as PowerShell's > writes it; save it as plain ASCII or UTF-8";
  }
  return {};
}

bool is_in_quotes(std::string_view text) {
  const auto is_quote = [](char c) { return c == '"' || c == '\'' || c == '`'; };
  return text.size() >= 2 && is_quote(text.front()) && text.front() == text.back();
}

// What is not the token in a text that should hold it alone.
std::string beside_a_token(std::string_view text) {
  if (text.contains('\n')) {
    return "holds more than one line; leave the token alone in it, on one line";
  }
  if (text.find_first_of(" \t") != std::string_view::npos) {
    return "holds more than one word; leave the token alone in it, without a name before it";
  }
  return "holds a character that no token has; write the token anew, in printable ASCII";
}

// Blanks around a secret are no part of it. `name` is what it is called in a sentence.
std::expected<std::string_view, std::string> alone(std::string_view text, std::string_view name) {
  if (const auto mark = foreign_beginning(text); !mark.empty()) {
    return std::unexpected(mark);
  }
  const auto found = trim(text);
  if (found.empty()) {
    return std::unexpected("is empty");
  }
  if (is_in_quotes(found)) {
    return std::unexpected(fmt::format("has the {} in quotes; leave the quotes out", name));
  }
  if (found.size() > longest_token) {
    return std::unexpected(fmt::format("is too long for a {}", name));
  }
  return found;
}

std::expected<secret, std::string> checked_token(std::string_view text, const std::string& origin) {
  const auto token = alone(text, "token");
  if (!token) {
    return std::unexpected(fmt::format("{} {}", origin, token.error()));
  }
  if (!fits_a_header(*token)) {
    return std::unexpected(fmt::format("{} {}", origin, beside_a_token(*token)));
  }
  return secret{std::string{*token}};
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
    return checked_token(value, shown(source.environment));
  }
  const auto text = read_file_text(source.file, 2 * longest_token);
  if (!text) {
    return std::unexpected(fmt::format("{} {}", shown(source.file), text.error()));
  }
  return checked_token(*text, shown(source.file));
}

std::expected<secret, std::string> read_proxy_password(const std::filesystem::path& file) {
  const auto origin = fmt::format("the password file {}", file.string());
  const auto text = read_file_text(file, 2 * longest_token);
  if (!text) {
    return std::unexpected(fmt::format("{} {}", origin, text.error()));
  }
  const auto password = alone(*text, "password");
  if (!password) {
    return std::unexpected(fmt::format("{} {}", origin, password.error()));
  }
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::ranges::any_of(*password, is_control)) {
    return std::unexpected(
        fmt::format("{} holds more than one line; leave the password alone in it", origin));
  }
  return secret{std::string{*password}};
}

std::string trouble_with_mode(const std::filesystem::path& secret_file) {
  using std::filesystem::perms;
  std::error_code unknown;
  const auto mode = std::filesystem::status(secret_file, unknown).permissions();
  if (unknown || (mode & perms::others_read) == perms::none) {
    return {};
  }
  return fmt::format("{} can be read by every user (mode {:04o}); chmod 600 leaves it to its owner",
                     secret_file.string(), static_cast<unsigned>(mode & perms::mask));
}

}  // namespace wolkvox::config
