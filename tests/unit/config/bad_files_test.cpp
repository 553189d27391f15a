// One file per mistake in bad/: its leading comment lines are the exact messages, in the order of
// the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <sstream>

#include "reading.hpp"

namespace wolkvox::config {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> bad_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(WOLKVOX_SOURCE_DIR "/tests/unit/config/bad")) {
    names.push_back(entry.path().stem());
  }
  std::ranges::sort(names);
  return names;
}

class bad_file : public testing::TestWithParam<std::string> {
 protected:
  std::string name() const { return GetParam() + ".yml"; }
  std::string text() const { return slurp(WOLKVOX_SOURCE_DIR "/tests/unit/config/bad/" + name()); }
};

TEST_P(bad_file, is_refused_with_exactly_its_messages) {
  std::istringstream lines(text());
  std::vector<std::string> expected;
  for (std::string line; std::getline(lines, line) && line.starts_with("# ");) {
    expected.push_back(line.substr(2));
  }
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(messages(text(), name()), expected);
}

TEST_P(bad_file, does_not_give_its_secrets_away) {
  for (const auto& line : messages(text(), name())) {
    EXPECT_THAT(line, testing::Not(testing::HasSubstr("hunter2")));
    EXPECT_THAT(line, testing::Not(testing::HasSubstr("7b69645f")));
  }
}

INSTANTIATE_TEST_SUITE_P(every, bad_file, testing::ValuesIn(bad_files()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace wolkvox::config
