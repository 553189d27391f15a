// Optimal string alignment distance over three rows; words here are keys and names, so short ones.
#include "config/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace wolkvox::config {
namespace {

// Longer than any name that a user can mean; keeps the cost of a hostile file small.
constexpr std::size_t longest_word = 64;
constexpr std::size_t shortest_beginning = 3;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest_word) {
    return std::nullopt;
  }
  std::optional<std::string_view> best;
  auto fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : candidates) {
    if (const auto count = slips(word, candidate); count < fewest && count < candidate.size()) {
      fewest = count;
      best = candidate;
    }
  }
  if (!best && word.size() >= shortest_beginning) {
    const auto longer = std::ranges::find_if(
        candidates, [&](std::string_view candidate) { return candidate.starts_with(word); });
    if (longer != candidates.end()) {
      best = *longer;
    }
  }
  return best;
}

std::string advice(std::string_view word, std::span<const std::string_view> candidates) {
  if (const auto meant = nearest(word, candidates)) {
    return fmt::format("did you mean '{}'?", *meant);
  }
  return fmt::format("valid are: {}", fmt::join(candidates, ", "));
}

}  // namespace wolkvox::config
