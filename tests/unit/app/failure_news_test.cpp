// What is said of failures, step by step.
#include "exporter/app/failure_news.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace wolkvox::app {
namespace {

class failures : public testing::Test {
 protected:
  news fail(std::size_t which, std::string_view reason = "connect") {
    std::vector<const collector_failure*> all;
    for (const collector_failure& each : collectors_) {
      all.push_back(&each);
    }
    return after_failure(lane_, collectors_[which], reason, all);
  }
  news succeed(std::size_t which) {
    std::vector<collector_failure*> all;
    for (collector_failure& each : collectors_) {
      all.push_back(&each);
    }
    return after_success(lane_, collectors_[which], all);
  }
  void refuse(std::size_t which) { after_refusal(collectors_[which], "auth"); }

 private:
  lane_failure lane_;
  std::array<collector_failure, 3> collectors_;
};

TEST_F(failures, of_one_collector_are_told_once_and_its_recovery_once) {
  EXPECT_EQ(fail(0), news::one);
  EXPECT_EQ(succeed(1), news::nothing);
  EXPECT_EQ(fail(0), news::nothing);
  EXPECT_EQ(succeed(0), news::one);
  EXPECT_EQ(succeed(0), news::nothing);
  EXPECT_EQ(fail(0), news::one) << "again";
}

TEST_F(failures, of_all_collectors_are_two_lines_and_their_recovery_one) {
  EXPECT_EQ(fail(0), news::one);
  EXPECT_EQ(fail(0), news::nothing);
  EXPECT_EQ(fail(1), news::nothing);
  EXPECT_EQ(fail(2), news::every);
  EXPECT_EQ(fail(0), news::nothing);
  EXPECT_EQ(fail(2), news::nothing);
  EXPECT_EQ(succeed(1), news::every);
  EXPECT_EQ(succeed(0), news::nothing);
  EXPECT_EQ(succeed(2), news::nothing);
}

TEST_F(failures, that_stay_when_the_others_recover_are_told_then) {
  fail(0);
  fail(1);
  EXPECT_EQ(fail(2), news::every);
  EXPECT_EQ(succeed(0), news::every);
  EXPECT_EQ(fail(2), news::one);
  EXPECT_EQ(fail(2), news::nothing);
  EXPECT_EQ(succeed(2), news::one);
}

TEST_F(failures, of_two_that_fail_alike_while_the_third_goes_on_are_told_each) {
  EXPECT_EQ(fail(0), news::one);
  EXPECT_EQ(fail(1), news::nothing);
  EXPECT_EQ(succeed(2), news::nothing);
  EXPECT_EQ(fail(0), news::nothing);
  EXPECT_EQ(fail(1), news::one);
  EXPECT_EQ(succeed(1), news::one);
}

TEST_F(failures, for_another_reason_are_told) {
  EXPECT_EQ(fail(0, "connect"), news::one);
  EXPECT_EQ(fail(1, "parse"), news::one);
  EXPECT_EQ(fail(0, "timeout"), news::one);
}

TEST_F(failures, that_a_refusal_has_told_are_not_told_again) {
  refuse(0);
  refuse(1);
  EXPECT_EQ(succeed(0), news::nothing);
  EXPECT_EQ(fail(1, "connect"), news::one) << "it fails for another reason now";
}

TEST(failure, of_the_only_collector_is_one_line) {
  lane_failure lane;
  collector_failure only;
  const std::array<collector_failure*, 1> all{&only};
  const std::array<const collector_failure*, 1> seen{&only};
  EXPECT_EQ(after_failure(lane, only, "tls", seen), news::one);
  EXPECT_EQ(after_failure(lane, only, "tls", seen), news::nothing);
  EXPECT_EQ(after_success(lane, only, all), news::one);
}

}  // namespace
}  // namespace wolkvox::app
