// How polls are spread over what is left of the day's requests.
#include "exporter/poll/budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;

double cost(std::span<const spender> spenders, std::span<const milliseconds> intervals,
            std::chrono::seconds left) {
  double total = 0;
  for (std::size_t i = 0; i < spenders.size(); ++i) {
    total += spenders[i].requests * std::chrono::duration<double>{left} / intervals[i];
  }
  return total;
}

TEST(budget, intervals_stay_as_configured_while_the_day_affords_them) {
  const std::vector<spender> spenders{
      {1min, 1, purpose::live}, {5min, 1, purpose::report}, {1h, 3, purpose::report}};
  const auto intervals = stretch(spenders, 1800, 24h);
  ASSERT_TRUE(intervals.has_value());
  EXPECT_EQ(*intervals, (std::vector<milliseconds>{1min, 5min, 1h}));
}

TEST(budget, reports_are_stretched_before_live_collectors) {
  // Live wants 1440, reports want 288: 200 short of it, all from the reports.
  const std::vector<spender> spenders{{1min, 1, purpose::live}, {5min, 1, purpose::report}};
  const auto intervals = stretch(spenders, 1528, 24h);
  ASSERT_TRUE(intervals.has_value());
  EXPECT_EQ(intervals->at(0), 1min);
  EXPECT_EQ(intervals->at(1), milliseconds{288 * 300'000 / 88 + 1});
}

TEST(budget, live_collectors_follow_when_reports_gave_six_times) {
  const std::vector<spender> spenders{{1min, 1, purpose::live}, {5min, 1, purpose::report}};
  const auto intervals = stretch(spenders, 744, 24h);  // half of 1440 + 288 / 6
  ASSERT_TRUE(intervals.has_value());
  EXPECT_EQ(intervals->at(0), 2min);
  EXPECT_EQ(intervals->at(1), 60min);
}

TEST(budget, nobody_waits_beyond_the_days_end) {
  const std::vector<spender> spenders{
      {1min, 1, purpose::live}, {15min, 1, purpose::report}, {1h, 3, purpose::report}};
  const auto intervals = stretch(spenders, 10, 10h);
  ASSERT_TRUE(intervals.has_value());
  EXPECT_GT(intervals->at(0), 1h);
  EXPECT_EQ(intervals->at(1), 10h);
  EXPECT_EQ(intervals->at(2), 10h);
  EXPECT_EQ(stretch(spenders, 1, 30min)->at(2), 1h) << "as configured";
}

TEST(budget, nothing_left_is_no_interval) {
  const std::vector<spender> spenders{{1min, 1, purpose::live}};
  EXPECT_FALSE(stretch(spenders, 0, 1h).has_value());
  EXPECT_FALSE(stretch(spenders, -5, 1h).has_value());
}

TEST(budget, random_days_end_inside_their_budget_and_never_poll_faster_than_configured) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 5000; ++round) {
    std::vector<spender> spenders;
    for (std::size_t i = 0; i < 1 + random() % 9; ++i) {
      spenders.push_back({.interval = milliseconds{1000 + random() % 3'600'000},
                          .requests = static_cast<std::uint32_t>(1 + random() % 3),
                          .what = random() % 2 == 0 ? purpose::live : purpose::report});
    }
    const auto remaining = static_cast<std::int64_t>(1 + random() % 30'000);
    const std::chrono::seconds left{60 + random() % 86'400};
    const auto intervals = stretch(spenders, remaining, left);
    ASSERT_TRUE(intervals.has_value());
    auto affordable = static_cast<double>(remaining) * 1.0001;
    for (std::size_t i = 0; i < spenders.size(); ++i) {
      EXPECT_GE(intervals->at(i), spenders[i].interval);
      EXPECT_LE(intervals->at(i), std::max<milliseconds>(spenders[i].interval, left));
      affordable += intervals->at(i) >= left ? spenders[i].requests : 0;  // when the day is over
    }
    EXPECT_LE(cost(spenders, *intervals, left), affordable) << "round " << round;
  }
}

TEST(budget, what_is_left_is_what_the_platform_says_less_the_reserve) {
  const auto left = [](std::optional<std::int64_t> told, std::int64_t spent) {
    return left_of({.limit = 10'000, .left = told, .reserve_ratio = 0.1, .spent = spent}).value();
  };
  EXPECT_EQ(left(9'900, 0).all, 9'900);
  EXPECT_EQ(left(9'900, 0).spendable, 8'900);
  EXPECT_EQ(left(9'900, 8'900).spendable, 0);
  EXPECT_EQ(left(9'900, 8'900).all, 1'000);
  EXPECT_EQ(left(9'900, 20'000).all, 0);
  EXPECT_EQ(left(std::nullopt, 100).all, 9'900) << "before the platform said: the whole limit";
  EXPECT_EQ(left(std::nullopt, 100).spendable, 8'900);
}

TEST(budget, is_unknown_where_nobody_says_anything) {
  EXPECT_FALSE(left_of({.limit = {}, .left = {}, .reserve_ratio = 0.1, .spent = 3}));
  EXPECT_EQ(left_of({.limit = {}, .left = 50, .reserve_ratio = 0.1, .spent = 3})->spendable, 42);
}

class spenders_of_a_day : public testing::Test {
 protected:
  std::vector<milliseconds> in_force(std::optional<requests_left> left) {
    return intervals_in_force(spenders_, left, 10h);
  }
  std::vector<spender> spenders_{
      {1min, 1, purpose::live}, {5min, 1, purpose::quota}, {15min, 1, purpose::report}};
};

TEST_F(spenders_of_a_day, without_a_limit_ask_as_configured) {
  EXPECT_EQ(in_force(std::nullopt), (std::vector<milliseconds>{1min, 5min, 15min}));
  EXPECT_FALSE(is_kept_waiting(purpose::report, std::nullopt));
}

TEST_F(spenders_of_a_day, with_plenty_left_ask_as_configured) {
  EXPECT_EQ(in_force(requests_left{.all = 5000, .spendable = 4000}),
            (std::vector<milliseconds>{1min, 5min, 15min}));
}

TEST_F(spenders_of_a_day, of_the_reserve_are_live_ones_and_hourly_who_asks_for_the_quota) {
  const requests_left reserve{.all = 300, .spendable = 0};
  EXPECT_EQ(in_force(reserve), (std::vector<milliseconds>{2min, 1h, 10h}));
  EXPECT_TRUE(is_kept_waiting(purpose::report, reserve));
  EXPECT_FALSE(is_kept_waiting(purpose::live, reserve));
}

TEST_F(spenders_of_a_day, when_nothing_is_left_wait_but_who_asks_for_the_quota) {
  const requests_left nothing{};
  EXPECT_EQ(in_force(nothing), (std::vector<milliseconds>{10h, 1h, 10h}));
  EXPECT_TRUE(is_kept_waiting(purpose::live, nothing));
  EXPECT_FALSE(is_kept_waiting(purpose::quota, nothing));
}

}  // namespace
}  // namespace wolkvox::poll
