// The grid, the back-off and the lane's pauses.
#include "exporter/poll/schedule.hpp"

#include <gtest/gtest.h>

#include "exporter/poll/lane_pause.hpp"
#include "exporter/poll/platform_clock.hpp"

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;

constexpr steady_time start{1000s};

TEST(schedule, a_slow_answer_does_not_move_the_grid) {
  EXPECT_EQ(next_on_grid(start, 60s, start), start + 60s);
  EXPECT_EQ(next_on_grid(start, 60s, start + 59'999ms), start + 60s);
  EXPECT_EQ(next_on_grid(start, 60s, start + 60s), start + 120s);
}

TEST(schedule, points_missed_in_a_stall_are_skipped) {
  EXPECT_EQ(next_on_grid(start, 60s, start + 3605s), start + 3660s);
}

TEST(schedule, before_the_anchor_the_anchor_is_next) {
  EXPECT_EQ(next_on_grid(start, 60s, start - 1s), start);
}

TEST(schedule, back_off_doubles_to_its_end) {
  struct {
    milliseconds interval;
    std::uint32_t failures;
    milliseconds expected;
  } const cases[] = {
      {1min, 1, 30s},  {1min, 2, 1min},  {1min, 3, 2min}, {1min, 4, 4min},
      {1min, 5, 5min}, {1min, 99, 5min}, {10min, 1, 30s}, {10min, 6, 10min},
      {1h, 30, 1h},    {2s, 1, 2s},      {2s, 2, 4s},     {2s, 9, 20s},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(back_off(each.failures, each.interval, 0.5), each.expected)
        << each.interval.count() << " ms, failure " << each.failures;
  }
}

TEST(schedule, jitter_spreads_a_quarter_to_either_side) {
  EXPECT_EQ(back_off(2, 1min, 0.0), 45s);
  EXPECT_LT(back_off(2, 1min, 0.999), 75s);
  EXPECT_GT(back_off(2, 1min, 0.999), 74s);
}

TEST(schedule, success_returns_to_the_grid_and_forgets_failures) {
  clock_state state = starting(60s, start);
  state = after_failure(state, start, 0.5, {});
  EXPECT_EQ(state.failures, 1U);
  EXPECT_EQ(state.next, start + 30s);
  state = after_success(state, start + 30s, start + 31s);
  EXPECT_EQ(state.failures, 0U);
  EXPECT_EQ(state.next, start + 60s);
}

TEST(schedule, the_platforms_retry_after_is_honoured_when_it_is_later) {
  const clock_state state = starting(60s, start);
  EXPECT_EQ(after_failure(state, start, 0.5, {.retry_after = 90s}).next, start + 90s);
  EXPECT_EQ(after_failure(state, start, 0.5, {.retry_after = 1s}).next, start + 30s);
}

TEST(schedule, what_never_succeeded_backs_off_to_five_minutes_at_most) {
  clock_state state = starting(1h, start);
  for (int failures = 1; failures <= 10; ++failures) {
    state = after_failure(state, start, 0.5, {});
  }
  EXPECT_EQ(state.next, start + 5min);
  state = after_success(state, start, start);
  for (int failures = 1; failures <= 10; ++failures) {
    state = after_failure(state, start, 0.5, {});
  }
  EXPECT_EQ(state.next, start + 1h);
}

TEST(schedule, what_comes_nearer_each_time_does_not_wait_longer_each_time) {
  clock_state state = starting(10min, start);
  for (int failures = 1; failures <= 10; ++failures) {
    state = after_failure(state, start, 0.5, {.retry_after = 0s, .comes_nearer = true});
  }
  EXPECT_EQ(state.next, start + 30s);
}

TEST(schedule, a_stretched_grid_starts_from_its_last_poll) {
  clock_state state = starting(60s, start);
  state.interval = 90s;
  state = after_success(state, start + 7s, start + 9s);
  EXPECT_EQ(state.next, start + 97s);
}

TEST(schedule, a_poll_comes_before_what_waits_to_be_shown) {
  const clock_state state = starting(60s, start);
  EXPECT_EQ(what_is_due(state, std::nullopt, start), due::poll);
  EXPECT_EQ(what_is_due(state, start, start), due::poll);
  EXPECT_EQ(what_is_due(state, start - 1s, start - 1s), due::show);
  EXPECT_EQ(what_is_due(state, std::nullopt, start - 1s), due::nothing) << "woken early";
  EXPECT_EQ(what_is_due(state, start, start - 1s), due::nothing);
}

TEST(schedule, the_roster_may_come_for_a_quarter_of_an_hour_after_the_platforms_first_answer) {
  EXPECT_TRUE(roster_may_come(std::nullopt, start));
  EXPECT_TRUE(roster_may_come(start, start + 15min - 1ms));
  EXPECT_FALSE(roster_may_come(start, start + 15min));
}

TEST(lane_pause, quota_waits_a_quarter_of_an_hour_each_time) {
  lane_pause pause = after_refusal({}, refusal::quota, start, 0s);
  EXPECT_TRUE(is_closed(pause, start + 899s));
  EXPECT_FALSE(is_closed(pause, start + 900s));
  pause = after_refusal(pause, refusal::quota, start + 900s, 0s);
  EXPECT_EQ(pause.refusals, 2U);
  EXPECT_EQ(pause.until, start + 1800s);
}

TEST(lane_pause, a_reload_tries_a_refused_token_at_once_but_no_spent_quota) {
  const lane_pause refused = after_reload(after_refusal({}, refusal::auth, start, 0s), start + 1s);
  EXPECT_FALSE(is_closed(refused, start + 1s));
  EXPECT_EQ(after_refusal(refused, refusal::auth, start + 1s, 0s).until, start + 121s)
      << "still wrong: waits as after any other probe";
  const lane_pause spent = after_reload(after_refusal({}, refusal::quota, start, 0s), start + 1s);
  EXPECT_TRUE(is_closed(spent, start + 1s));
  EXPECT_FALSE(is_closed(after_reload({}, start), start));
}

TEST(lane_pause, a_wrong_token_is_tried_after_a_minute_then_less_often) {
  lane_pause pause;
  const milliseconds expected[] = {1min, 2min, 4min, 8min, 15min, 15min};
  for (const milliseconds wait : expected) {
    pause = after_refusal(pause, refusal::auth, start, 0s);
    EXPECT_EQ(pause.until, start + wait);
  }
}

TEST(lane_pause, another_reason_starts_anew_and_an_answer_opens_the_lane) {
  lane_pause pause = after_refusal({}, refusal::auth, start, 0s);
  pause = after_refusal(pause, refusal::auth, start, 0s);
  pause = after_refusal(pause, refusal::quota, start, 1h);
  EXPECT_EQ(pause.refusals, 1U);
  EXPECT_EQ(pause.until, start + 1h);
  EXPECT_FALSE(is_closed(after_answer(), start));
}

TEST(platform_clock, runs_on_the_steady_clock_from_the_last_date_heard) {
  const sys_seconds wall{1'000'000s};
  platform_clock clock(wall, start);
  EXPECT_EQ(clock.now(start + 5s), wall + 5s);
  EXPECT_FALSE(clock.skew(wall, start).has_value());
  clock.heard(wall + 100s, start + 10s);
  EXPECT_EQ(clock.now(start + 12s), wall + 102s);
  EXPECT_EQ(clock.skew(wall + 12s, start + 12s), 90s);
  // Our wall clock jumps by a day: the platform's time does not.
  EXPECT_EQ(clock.now(start + 13s), wall + 103s);
}

}  // namespace
}  // namespace wolkvox::poll
