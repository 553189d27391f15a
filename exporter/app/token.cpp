#include "exporter/app/token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

namespace wolkvox::app {

namespace {

// Told by their keys, not by name: a token pasted in the wrong place must not reach the log.
const std::string variable = "the environment variable that token_env names";
const std::string token_file = "the file that token_file names";

// Far more than any token; a file beyond it was named by mistake.
constexpr std::size_t longest_token = 4096;

std::unexpected<api::error> refused(std::string detail) {
  api::error problem;
  problem.kind = api::error_kind::auth;
  problem.detail = std::move(detail);
  problem.advice = "put the token of wolkvox Manager there, alone on one line";
  return std::unexpected(std::move(problem));
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

std::expected<secret, api::error> checked(std::string_view text, const std::string& origin) {
  const std::string_view token = trim(text);
  if (token.empty()) {
    return refused(fmt::format("{} is empty", origin));
  }
  if (token.size() > longest_token || !fits_a_header(token)) {
    return refused(fmt::format("{} does not hold a token", origin));
  }
  return secret{std::string{token}};
}

}  // namespace

std::expected<secret, api::error> read_token(const config::token_source& source) {
  if (source.file.empty()) {
    // Only this thread runs code of ours that touches the environment.
    const char* const value =
        std::getenv(source.environment.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) {
      return refused(fmt::format("{} is not set", variable));
    }
    return checked(value, variable);
  }
  std::ifstream file{source.file, std::ios::binary};
  std::string text(longest_token + 2, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    return refused(fmt::format("{} cannot be read", token_file));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  return checked(text, token_file);
}

}  // namespace wolkvox::app
