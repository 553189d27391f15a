#include "config/outside.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "config/file_text.hpp"
#include "config/token.hpp"

namespace wolkvox::config {
namespace {

problem told(problem place, std::string message) {
  place.message = std::move(message);
  return place;
}

// Whether it can be used shows with the first connection; here, whether it was meant.
std::string trouble_with_authorities(const std::filesystem::path& file) {
  const auto text = read_file_text(file);
  if (!text) {
    return fmt::format("{} {}", file.string(), text.error());
  }
  return text->contains("-----BEGIN CERTIFICATE-----")
             ? std::string{}
             : fmt::format("{} holds no certificate in PEM form", file.string());
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

}  // namespace

std::expected<loaded, std::vector<problem>> load_for_use(const std::filesystem::path& file) {
  auto result = load_file(file);
  if (!result) {
    return result;
  }
  if (auto problems = unreadable_authorities(*result); !problems.empty()) {
    return std::unexpected(std::move(problems));
  }
  return result;
}

std::vector<problem> missing_tokens(const loaded& of) {
  std::vector<problem> problems;
  for (std::size_t i = 0; i < of.outside.size(); ++i) {
    if (auto token = read_token(of.value.operations[i].token); !token) {
      problems.push_back(told(of.outside[i].token, std::move(token.error())));
    }
  }
  return problems;
}

}  // namespace wolkvox::config
