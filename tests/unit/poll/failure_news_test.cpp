// What is said of failures, step by step.
#include "exporter/poll/failure_news.hpp"

#include <gtest/gtest.h>

namespace wolkvox::poll {
namespace {

class failures : public testing::Test {
 protected:
  news fail(std::string_view which, std::string_view reason = "connect") {
    return after_failure(lane_, which, reason);
  }
  news succeed(std::string_view which) { return after_success(lane_, which); }
  void refuse(std::string_view which) { after_refusal(lane_, which, "auth"); }

 private:
  lane_failure lane_{.reason = {}, .whole = false, .collectors = {{"a", {}}, {"b", {}}, {"c", {}}}};
};

TEST_F(failures, of_one_collector_are_told_once_and_its_recovery_once) {
  EXPECT_EQ(fail("a"), news::one);
  EXPECT_EQ(succeed("b"), news::nothing);
  EXPECT_EQ(fail("a"), news::nothing);
  EXPECT_EQ(succeed("a"), news::one);
  EXPECT_EQ(succeed("a"), news::nothing);
  EXPECT_EQ(fail("a"), news::one) << "again";
}

TEST_F(failures, of_all_collectors_are_two_lines_and_their_recovery_one) {
  EXPECT_EQ(fail("a"), news::one);
  EXPECT_EQ(fail("a"), news::nothing);
  EXPECT_EQ(fail("b"), news::nothing);
  EXPECT_EQ(fail("c"), news::every);
  EXPECT_EQ(fail("a"), news::nothing);
  EXPECT_EQ(fail("c"), news::nothing);
  EXPECT_EQ(succeed("b"), news::every);
  EXPECT_EQ(succeed("a"), news::nothing);
  EXPECT_EQ(succeed("c"), news::nothing);
}

TEST_F(failures, that_stay_when_the_others_recover_are_told_then) {
  fail("a");
  fail("b");
  EXPECT_EQ(fail("c"), news::every);
  EXPECT_EQ(succeed("a"), news::every);
  EXPECT_EQ(fail("c"), news::one);
  EXPECT_EQ(fail("c"), news::nothing);
  EXPECT_EQ(succeed("c"), news::one);
}

TEST_F(failures, of_two_that_fail_alike_while_the_third_goes_on_are_told_each) {
  EXPECT_EQ(fail("a"), news::one);
  EXPECT_EQ(fail("b"), news::nothing);
  EXPECT_EQ(succeed("c"), news::nothing);
  EXPECT_EQ(fail("a"), news::nothing);
  EXPECT_EQ(fail("b"), news::one);
  EXPECT_EQ(succeed("b"), news::one);
}

TEST_F(failures, for_another_reason_are_told) {
  EXPECT_EQ(fail("a", "connect"), news::one);
  EXPECT_EQ(fail("b", "parse"), news::one);
  EXPECT_EQ(fail("a", "timeout"), news::one);
}

TEST_F(failures, that_a_refusal_has_told_are_not_told_again) {
  refuse("a");
  refuse("b");
  EXPECT_EQ(succeed("a"), news::nothing);
  EXPECT_EQ(fail("b", "connect"), news::one) << "it fails for another reason now";
}

TEST(failure, of_the_only_collector_is_one_line) {
  lane_failure lane{.reason = {}, .whole = false, .collectors = {{"only", {}}}};
  EXPECT_EQ(after_failure(lane, "only", "tls"), news::one);
  EXPECT_EQ(after_failure(lane, "only", "tls"), news::nothing);
  EXPECT_EQ(after_success(lane, "only"), news::one);
}

}  // namespace
}  // namespace wolkvox::poll
