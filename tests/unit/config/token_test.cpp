// Where tokens come from, and what is said where there is none.
#include "config/token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace wolkvox::config {
namespace {

using testing::HasSubstr;
using testing::Not;

class token : public testing::Test {
 protected:
  token()
      : file_(std::filesystem::temp_directory_path() / ("token-test-" + std::to_string(getpid()))) {
  }
  ~token() override { std::filesystem::remove(file_); }

  void write(const std::string& text) { std::ofstream{file_, std::ios::binary} << text; }
  token_source from_file() const { return {.file = file_, .environment = {}}; }
  std::string trouble() const { return read_token(from_file()).error(); }

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

TEST_F(token, that_is_missing_in_the_environment_is_told_by_the_variables_name) {
  EXPECT_EQ(read_token({.file = {}, .environment = "WOLKVOX_NO_TOKEN"}).error(),
            "the environment variable WOLKVOX_NO_TOKEN is not set");
  setenv("WOLKVOX_NO_TOKEN", " ", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  EXPECT_EQ(read_token({.file = {}, .environment = "WOLKVOX_NO_TOKEN"}).error(),
            "the environment variable WOLKVOX_NO_TOKEN is empty");
}

TEST_F(token, that_cannot_be_read_is_told_by_the_files_path_and_the_reason) {
  const std::string named = "the token file " + file_.string();
  EXPECT_EQ(trouble(), named + " cannot be read: No such file or directory");
  write(" \n");
  EXPECT_EQ(trouble(), named + " is empty");
  write(std::string(9000, 'x'));
  EXPECT_EQ(trouble(), named + " is larger than 8192 bytes");
  std::filesystem::remove(file_);
  EXPECT_EQ(read_token({.file = "/tmp", .environment = {}}).error(),
            "the token file /tmp cannot be read: it is a directory, not a file");
}

TEST_F(token, with_something_beside_it_is_named_for_what_it_is) {
  const std::string named = "the token file " + file_.string();
  const std::pair<std::string, std::string> cases[] = {
      {"\xef\xbb\xbf"
       "abc\n",
       "begins with a byte order mark (BOM); save it as UTF-8 without BOM"},
      {std::string("\xff\xfe"
                   "a\0b\0",
                   6),
       "is UTF-16, as PowerShell's > writes it; save it as plain ASCII or UTF-8"},
      {"\"abc\"\n", "has the token in quotes; leave the quotes out"},
      {"'abc'", "has the token in quotes; leave the quotes out"},
      {"Bearer abc",
       "holds more than one word; leave the token alone in it, without a name before it"},
      {"abc\ndef\n", "holds more than one line; leave the token alone in it, on one line"},
      {"caf\xc3\xa9",
       "holds a character that no token has; write the token anew, in printable ASCII"},
      {std::string(5000, 'x'), "is too long for a token"},
  };
  for (const auto& [text, expected] : cases) {
    write(text);
    EXPECT_EQ(trouble(), named + " " + expected);
  }
}

TEST_F(token, of_a_proxy_is_a_password_that_may_hold_blanks) {
  write(" correct horse é\r\n");
  EXPECT_EQ(read_proxy_password(file_)->reveal(), "correct horse é");
  const std::string named = "the password file " + file_.string();
  for (const auto& [text, expected] : {std::pair{"", "is empty"},
                                       std::pair{"a\nb",
                                                 "holds more than one line; leave the "
                                                 "password alone in it"},
                                       std::pair{"\"a\"",
                                                 "has the password in quotes; leave the "
                                                 "quotes out"}}) {
    write(text);
    EXPECT_EQ(read_proxy_password(file_).error(), named + " " + expected);
  }
  std::filesystem::remove(file_);
  EXPECT_EQ(read_proxy_password(file_).error(),
            named + " cannot be read: No such file or directory");
}

TEST_F(token, is_not_waited_for_at_a_pipe) {
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_THAT(trouble(), HasSubstr("cannot be read: it is a pipe, not a file"));
}

TEST_F(token, that_was_put_where_its_file_is_named_is_not_repeated) {
  const std::string pasted = "PASTED-TOKEN-0123456789";
  write("has two words " + pasted);
  const token_source sources[] = {
      from_file(),
      {.file = "/nonexistent/" + pasted, .environment = {}},
      {.file = {}, .environment = pasted},
  };
  for (const token_source& each : sources) {
    const auto read = read_token(each);
    ASSERT_FALSE(read.has_value());
    EXPECT_THAT(read.error(), Not(HasSubstr(pasted)));
    EXPECT_THAT(read.error(), HasSubstr("the "));
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
}  // namespace wolkvox::config
