// Damaged files: the example with random cuts, copies and strange characters is read or refused,
// never more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>

#include "reading.hpp"

namespace wolkvox::config {
namespace {

constexpr std::array<std::string_view, 24> strange{"\n",
                                                   "\t",
                                                   ":",
                                                   ": ",
                                                   "- ",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   "\"",
                                                   "'",
                                                   "&a ",
                                                   "*a",
                                                   "!x ",
                                                   "<<: ",
                                                   "---\n",
                                                   "...\n",
                                                   "\xff\xfe",
                                                   "\xc3",
                                                   "\xe2\x80\xa8",
                                                   "%YAML 9",
                                                   "|\n",
                                                   "99999999999999999999",
                                                   "#"};

class damage {
 public:
  explicit damage(unsigned seed) : random_(seed) {}

  std::string apply(std::string text) {
    for (auto rounds = 1 + below(4); rounds > 0; --rounds) {
      const auto from = below(text.size() + 1);
      const auto length = std::min(below(40), text.size() - from);
      switch (below(5)) {
        case 0:
          text.erase(from, length);
          break;
        case 1:
          text.insert(below(text.size() + 1), text.substr(from, length));
          break;
        case 2:
          text.insert(from, strange.at(below(strange.size())));
          break;
        case 3:
          text.resize(from);
          break;
        default:
          if (from < text.size()) {
            text[from] = static_cast<char>(below(256));
          }
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  std::mt19937 random_;
};

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

TEST(damaged_example, is_read_or_refused_with_printable_messages) {
  const auto example = slurp(example_path);
  std::size_t refused = 0;
  constexpr unsigned seeds = 1500;
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    const auto text = damage(seed).apply(example);
    const auto result = load(text, "damaged.yml");
    if (result) {
      EXPECT_FALSE(result->value.operations.empty()) << "seed " << seed;
      continue;
    }
    ++refused;
    ASSERT_FALSE(result.error().empty()) << "seed " << seed;
    for (const auto& each : result.error()) {
      EXPECT_FALSE(each.message.empty()) << "seed " << seed;
      EXPECT_TRUE(std::ranges::all_of(to_string(each), is_printable))
          << "seed " << seed << ": " << to_string(each);
    }
  }
  // Both ways are walked often.
  EXPECT_GT(refused, seeds / 4);
  EXPECT_LT(refused, seeds);
}

}  // namespace
}  // namespace wolkvox::config
