#include "config/outside.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "config/certificates.hpp"
#include "config/file_text.hpp"
#include "config/token.hpp"

namespace wolkvox::config {
namespace {

problem told(problem place, std::string message) {
  place.message = std::move(message);
  return place;
}

std::string trouble_with_authorities(const std::filesystem::path& file) {
  const auto text = read_file_text(file);
  if (!text) {
    return fmt::format("{} {}", file.string(), text.error());
  }
  const auto authorities = read_certificates(*text);
  return authorities ? std::string{} : fmt::format("{} {}", file.string(), authorities.error());
}

std::vector<problem> unreadable_authorities(const loaded& of) {
  std::vector<problem> problems;
  for (std::size_t i = 0; i < of.outside.size(); ++i) {
    const auto& file = of.value.operations[i].ca_file;
    auto trouble = file ? trouble_with_authorities(*file) : std::string{};
    if (!trouble.empty()) {
      problems.push_back(told(of.outside[i].ca_file, std::move(trouble)));
    }
  }
  return problems;
}

std::vector<std::expected<secret, std::string>> read_tokens(const loaded& of) {
  std::vector<std::expected<secret, std::string>> tokens;
  tokens.reserve(of.value.operations.size());
  for (const auto& each : of.value.operations) {
    tokens.push_back(read_token(each.token));
  }
  return tokens;
}

// A lane of its own for each operation: two lanes of one token would ask for two at a time
// (wolkvox-api.md 3.1). Told of each operation once, with the first that has the token.
void warn_about_shared_tokens(loaded& of) {
  const auto tokens = read_tokens(of);
  const auto& operations = of.value.operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool same_text = tokens[i] && tokens[j] && *tokens[i] == *tokens[j];
      if (same_text || operations[i].token == operations[j].token) {
        of.warnings.push_back(told(
            of.outside[i].token,
            fmt::format("operation '{}' has the token of '{}': both ask at the same time, and the "
                        "platform refuses more than two; give each token to one operation only",
                        operations[i].name, operations[j].name)));
        break;
      }
    }
  }
}

void warn_about_modes(loaded& of) {
  const auto warn = [&](const problem& place, const std::filesystem::path& secret_file) {
    auto trouble = secret_file.empty() ? std::string{} : trouble_with_mode(secret_file);
    if (!trouble.empty()) {
      of.warnings.push_back(told(place, std::move(trouble)));
    }
  };
  for (std::size_t i = 0; i < of.outside.size(); ++i) {
    warn(of.outside[i].token, of.value.operations[i].token.file);
    warn(of.outside[i].proxy_password, of.value.operations[i].proxy_password_file);
  }
}

}  // namespace

std::expected<loaded, std::vector<problem>> load_for_use(const std::filesystem::path& file) {
  auto result = load_file(file);
  if (!result) {
    return result;
  }
  if (auto problems = unreadable_authorities(*result); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  warn_about_shared_tokens(*result);
  warn_about_modes(*result);
  return result;
}

std::vector<problem> missing_secrets(const loaded& of) {
  std::vector<problem> problems;
  for (std::size_t i = 0; i < of.outside.size(); ++i) {
    const operation& each = of.value.operations[i];
    if (auto token = read_token(each.token); !token) {
      problems.push_back(told(of.outside[i].token, std::move(token.error())));
    }
    if (each.proxy_password_file.empty()) {
      continue;
    }
    if (auto password = read_proxy_password(each.proxy_password_file); !password) {
      problems.push_back(told(of.outside[i].proxy_password, std::move(password.error())));
    }
  }
  return problems;
}

}  // namespace wolkvox::config
