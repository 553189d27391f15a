// What a configuration names outside its file.
#include "config/outside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "certificate_text.hpp"
#include "reading.hpp"

namespace wolkvox::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class outside : public testing::Test {
 protected:
  outside() { std::filesystem::create_directory(folder_); }
  ~outside() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    chmod((folder_ / name).c_str(), 0600);
    return (folder_ / name).string();
  }
  // Two operations in the flow style, so that each stands on a line of its own.
  std::string configuration(const std::string& first, const std::string& second) const {
    return write("t.yml", "operations:\n- {name: a, server: 0001, " + first +
                              "}\n- {name: b, server: 0002, " + second + "}\n");
  }
  static std::vector<std::string> refused(const std::string& file) {
    const auto result = load_for_use(file);
    EXPECT_FALSE(result);
    return result ? std::vector<std::string>{} : to_lines(result.error());
  }
  static loaded taken(const std::string& file) {
    auto result = load_for_use(file);
    if (!result) {
      ADD_FAILURE() << testing::PrintToString(to_lines(result.error()));
      return {};
    }
    return std::move(*result);
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("outside-test-" + std::to_string(getpid()));
};

TEST_F(outside, authorities_are_looked_at_before_a_configuration_is_taken) {
  write("empty.pem", "");
  write("good.pem", certificate_text);
  const std::string here = folder_.string();
  const auto file = configuration("token_env: A, tls: {ca_file: none.pem}",
                                  "token_env: B, tls: {ca_file: empty.pem}");
  EXPECT_THAT(refused(file), ElementsAre(file + ":2:56: operations[0].tls.ca_file: " + here +
                                             "/none.pem cannot be read: No such file or directory",
                                         file + ":3:56: operations[1].tls.ca_file: " + here +
                                             "/empty.pem holds no certificate in PEM form"));
  taken(configuration("token_env: A, tls: {ca_file: good.pem}", "token_env: B"));
}

TEST_F(outside, a_damaged_block_between_authorities_is_told_with_its_number) {
  const auto bundle = write(
      "bundle.pem", certificate_text + certificate_text.substr(0, 200) + "\n" + certificate_text);
  const auto told =
      refused(configuration("token_env: A, tls: {ca_file: bundle.pem}", "token_env: B"));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::EndsWith(bundle + " has a block that cannot be read (number 2, at "
                                                  "line 12): it has no END line"));
}

TEST_F(outside, a_pipe_is_no_file_of_authorities) {
  ASSERT_EQ(mkfifo((folder_ / "p").c_str(), 0600), 0);
  const auto told = refused(configuration("token_env: A, tls: {ca_file: p}", "token_env: B"));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::HasSubstr("it is a pipe, not a file"));
}

TEST_F(outside, tokens_may_come_later_and_are_told_with_their_place) {
  write("empty", "\n");
  const std::string here = folder_.string();
  const auto file = configuration("token_file: empty", "token_env: WOLKVOX_NOT_SET");
  EXPECT_THAT(to_lines(missing_secrets(taken(file))),
              ElementsAre(file + ":2:39: operations[0].token_file: the token file " + here +
                              "/empty is empty",
                          file + ":3:38: operations[1].token_env: the environment variable "
                                 "WOLKVOX_NOT_SET is not set"));
  write("empty", "a token");
  write("empty", "token");
  setenv("WOLKVOX_NOT_SET", "other", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  EXPECT_THAT(to_lines(missing_secrets(taken(file))), IsEmpty());
}

TEST_F(outside, a_token_that_two_operations_share_is_warned_of_without_naming_it) {
  write("one", "the-token");
  write("two", "the-token\n");
  write("three", "another-token");
  const auto shared = configuration("token_file: one", "token_file: two");
  EXPECT_THAT(
      to_lines(taken(shared).warnings),
      ElementsAre(shared + ":3:39: operations[1].token_file: operation 'b' has the token of "
                           "'a': both ask at the same time, and the platform refuses more than "
                           "two; give each token to one operation only"));
  EXPECT_THAT(taken(configuration("token_file: one", "token_file: three")).warnings, IsEmpty());
}

TEST_F(outside, a_secret_that_every_user_can_read_is_warned_of) {
  write("password", "s3cret");
  const auto token = write("token", "abc");
  const auto file = configuration(
      "token_file: token, proxy_url: \"http://p:1\", proxy_username: me, "
      "proxy_password_file: password",
      "token_env: B");
  EXPECT_THAT(taken(file).warnings, IsEmpty());
  chmod(token.c_str(), 0644);
  chmod((folder_ / "password").c_str(), 0604);
  const auto told = to_lines(taken(file).warnings);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0],
            file + ":2:39: operations[0].token_file: " + token +
                " can be read by every user (mode 0644); chmod 600 leaves it to its owner");
  EXPECT_THAT(told[1], testing::HasSubstr("proxy_password_file: " + folder_.string() +
                                          "/password can be read by every user (mode 0604)"));
}

TEST_F(outside, a_proxys_password_may_come_later_and_is_told_with_its_place) {
  write("token", "abc");
  const auto file = configuration(
      "token_file: token, proxy_url: \"http://p:1\", proxy_username: me, "
      "proxy_password_file: password",
      "token_file: token");
  const auto told = to_lines(missing_secrets(taken(file)));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], testing::HasSubstr("operations[0].proxy_password_file: the password file " +
                                          folder_.string() + "/password cannot be read: No such"));
}

TEST_F(outside, a_shared_place_is_warned_of_before_a_token_is_there) {
  EXPECT_EQ(taken(configuration("token_file: later", "token_file: later")).warnings.size(), 1U);
  EXPECT_EQ(
      taken(configuration("token_env: WOLKVOX_NEVER", "token_env: WOLKVOX_NEVER")).warnings.size(),
      1U);
  EXPECT_THAT(taken(configuration("token_file: later", "token_env: WOLKVOX_NEVER")).warnings,
              IsEmpty());
}

}  // namespace
}  // namespace wolkvox::config
