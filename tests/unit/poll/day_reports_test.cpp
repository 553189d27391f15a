// Which days of a day report are read, and when one is done.
#include "exporter/poll/day_reports.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;

const date::time_zone& bogota() {
  return *date::locate_zone("America/Bogota");
}

// 2026-11-21 05:00 UTC: midnight in Bogota.
constexpr sys_seconds midnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 5h};

TEST(day_reports, the_first_reading_is_today_alone) {
  EXPECT_EQ(days_to_read({}, midnight + 9h, bogota()),
            (std::vector<interval>{{midnight, midnight + 9h}}));
}

TEST(day_reports, days_not_covered_whole_follow_today_newest_first) {
  const std::vector<interval> covered{{midnight - 96h, midnight - 60h},
                                      {midnight - 24h, midnight - 1min}};
  EXPECT_EQ(days_to_read(covered, midnight + 1h, bogota()),
            (std::vector<interval>{{midnight, midnight + 1h},
                                   {midnight - 24h, midnight},
                                   {midnight - 48h, midnight - 24h},
                                   {midnight - 72h, midnight - 48h}}));
}

TEST(day_reports, finished_days_are_not_read_again) {
  const std::vector<interval> covered{{midnight - 96h, midnight + 1h}};
  EXPECT_EQ(days_to_read(covered, midnight + 2h, bogota()).size(), 1U);
}

TEST(day_reports, two_agreeing_readings_after_the_day_finish_it_once_all_is_published) {
  const interval yesterday{midnight - 24h, midnight};
  const auto previous_at = [&](sys_seconds at) {
    return day_reading{.day = yesterday.begin, .read_at = at};
  };
  EXPECT_TRUE(finishes_day(yesterday, previous_at(midnight + 5h), midnight + 6h));
  EXPECT_FALSE(finishes_day(yesterday, previous_at(midnight + 4h), midnight + 6h - 1s));
  EXPECT_FALSE(finishes_day(yesterday, previous_at(midnight + 5h + 1s), midnight + 6h))
      << "no hour";
  EXPECT_FALSE(finishes_day(yesterday, previous_at(midnight + 8h), midnight + 7h));
  EXPECT_FALSE(finishes_day(yesterday, previous_at(midnight - 1min), midnight + 7h));
  EXPECT_FALSE(finishes_day(yesterday, std::nullopt, midnight + 7h));
  EXPECT_FALSE(
      finishes_day({midnight - 48h, midnight - 24h}, previous_at(midnight), midnight + 6h));
}

TEST(day_reports, a_day_that_is_over_is_read_often_at_first_then_hourly) {
  const interval yesterday{midnight - 24h, midnight};
  const auto due_after = [&](sys_seconds previous, sys_seconds now) {
    return is_due(yesterday, day_reading{.day = yesterday.begin, .read_at = previous}, now);
  };
  EXPECT_TRUE(is_due(yesterday, std::nullopt, midnight));
  EXPECT_TRUE(due_after(midnight + 5min, midnight + 20min));
  EXPECT_FALSE(due_after(midnight + 5min, midnight + 20min - 1s));
  EXPECT_TRUE(due_after(midnight + 50min, midnight + 110min));
  EXPECT_FALSE(due_after(midnight + 50min, midnight + 110min - 1s));
  EXPECT_TRUE(due_after(midnight + 2h, midnight + 1h)) << "the clock was set back";
}

}  // namespace
}  // namespace wolkvox::poll
