// Where tokens come from, and what their errors never say.
#include "exporter/app/token.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace wolkvox::app {
namespace {

class token : public testing::Test {
 protected:
  token()
      : file_(std::filesystem::temp_directory_path() / ("token-test-" + std::to_string(getpid()))) {
  }
  ~token() override { std::filesystem::remove(file_); }

  void write(const std::string& text) { std::ofstream{file_, std::ios::binary} << text; }
  config::token_source from_file() const { return {.file = file_, .environment = {}}; }

  std::filesystem::path file_;
};

TEST_F(token, is_the_files_text_without_blanks_around) {
  write("  abc-123.XYZ \r\n");
  const auto read = read_token(from_file());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->reveal(), "abc-123.XYZ");
}

TEST_F(token, is_read_anew_each_time) {
  write("first");
  EXPECT_EQ(read_token(from_file())->reveal(), "first");
  write("second");
  EXPECT_EQ(read_token(from_file())->reveal(), "second");
}

TEST_F(token, comes_from_the_environment) {
  setenv("WOLKVOX_TEST_TOKEN", "from-env", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  const auto read = read_token({.file = {}, .environment = "WOLKVOX_TEST_TOKEN"});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->reveal(), "from-env");
}

TEST_F(token, that_cannot_be_had_is_an_auth_error_that_names_no_value) {
  const std::string pasted = "PASTED-TOKEN-0123456789";
  write("has two words " + pasted);
  const config::token_source sources[] = {
      from_file(),
      {.file = "/nonexistent/" + pasted, .environment = {}},
      {.file = {}, .environment = pasted},
  };
  for (const config::token_source& each : sources) {
    const auto read = read_token(each);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().kind, api::error_kind::auth);
    EXPECT_EQ(api::to_string(read.error()).find(pasted), std::string::npos);
    EXPECT_FALSE(read.error().advice.empty());
  }
}

TEST_F(token, of_no_or_too_much_text_is_refused) {
  for (const std::string& text : {std::string{}, std::string{" \n"}, std::string(5000, 'x'),
                                  std::string{"caf\xc3\xa9"}, std::string{"a\nb"}}) {
    write(text);
    EXPECT_FALSE(read_token(from_file()).has_value()) << text.size();
  }
}

}  // namespace
}  // namespace wolkvox::app
