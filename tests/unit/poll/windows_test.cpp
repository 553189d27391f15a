// Windows in zones with and without clock changes; gaps; halving.
#include "exporter/poll/windows.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <sstream>

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

const date::time_zone& zone(const char* name) {
  return *date::locate_zone(name);
}

// "2026-03-08 05:00:00" UTC.
sys_seconds utc(const std::string& text) {
  std::istringstream in{text};
  sys_seconds at;
  in >> date::parse("%F %T", at);
  EXPECT_FALSE(in.fail()) << text;
  return at;
}

TEST(windows, the_first_start_counts_from_local_midnight) {
  const auto& bogota = zone("America/Bogota");
  const interval window = fresh_window({}, {.lookback = 2h}, utc("2026-11-21 14:30:00"), bogota);
  EXPECT_EQ(window.begin, utc("2026-11-21 05:00:00"));
  EXPECT_EQ(window.end, utc("2026-11-21 14:30:00"));
}

TEST(windows, the_next_window_overlaps_by_the_lookback) {
  const std::vector<interval> covered{{utc("2026-11-21 05:00:00"), utc("2026-11-21 14:30:00")}};
  const interval window =
      fresh_window(covered, {.lookback = 2h}, utc("2026-11-21 14:35:00"), zone("America/Bogota"));
  EXPECT_EQ(window.begin, utc("2026-11-21 12:30:00"));
  EXPECT_EQ(window.end, utc("2026-11-21 14:35:00"));
}

TEST(windows, never_reach_back_before_the_first_start) {
  const std::vector<interval> covered{{utc("2026-11-21 05:00:00"), utc("2026-11-21 05:30:00")}};
  const interval window =
      fresh_window(covered, {.lookback = 2h}, utc("2026-11-21 05:35:00"), zone("America/Bogota"));
  EXPECT_EQ(window.begin, utc("2026-11-21 05:00:00"));
}

TEST(windows, after_a_long_outage_the_newest_comes_first_and_the_gap_day_by_day) {
  const auto& bogota = zone("America/Bogota");
  std::vector<interval> covered{{utc("2026-11-18 05:00:00"), utc("2026-11-19 20:00:00")}};
  const sys_seconds now = utc("2026-11-21 14:00:00");
  const interval fresh = fresh_window(covered, {.lookback = 2h}, now, bogota);
  EXPECT_EQ(fresh.begin, utc("2026-11-21 12:00:00"));
  covered = unite(covered, fresh);
  EXPECT_EQ(gaps_left(covered), 40h);

  std::vector<interval> asked;
  while (const auto gap = next_gap(covered, {.lookback = 2h}, bogota)) {
    asked.push_back(*gap);
    covered = unite(covered, *gap);
  }
  const std::vector<interval> expected{
      {utc("2026-11-21 05:00:00"), utc("2026-11-21 12:00:00")},
      {utc("2026-11-20 05:00:00"), utc("2026-11-21 05:00:00")},
      // The oldest piece begins the lookback before the gap.
      {utc("2026-11-19 18:00:00"), utc("2026-11-20 05:00:00")},
  };
  EXPECT_EQ(asked, expected);
  EXPECT_EQ(covered.size(), 1U);
}

TEST(windows, are_cut_where_a_local_month_ends) {
  const auto& bogota = zone("America/Bogota");
  const auto pieces =
      by_local_month({utc("2028-02-29 23:00:00"), utc("2028-03-01 07:00:00")}, bogota);
  const std::vector<interval> expected{{utc("2028-03-01 05:00:00"), utc("2028-03-01 07:00:00")},
                                       {utc("2028-02-29 23:00:00"), utc("2028-03-01 05:00:00")}};
  EXPECT_EQ(pieces, expected);
  EXPECT_EQ(by_local_month({utc("2026-11-21 05:00:00"), utc("2026-11-22 05:00:00")}, bogota).size(),
            1U);
}

TEST(windows, after_a_change_of_zone_the_last_day_is_a_gap_again) {
  const std::vector<interval> covered{{utc("2026-11-01 05:00:00"), utc("2026-11-21 14:00:00")}};
  EXPECT_EQ(after_zone_change(covered, sys_seconds::min()),
            (std::vector<interval>{{utc("2026-11-01 05:00:00"), utc("2026-11-20 12:00:00")}}));
  // Where counting began stays known, however short it is.
  const std::vector<interval> young{{utc("2026-11-21 05:00:00"), utc("2026-11-21 14:00:00")}};
  EXPECT_EQ(after_zone_change(young, sys_seconds::min()),
            (std::vector<interval>{{utc("2026-11-21 05:00:00"), utc("2026-11-21 05:00:01")}}));
  EXPECT_TRUE(after_zone_change({}, sys_seconds::min()).empty());
}

TEST(windows, after_a_change_of_zone_nothing_before_the_horizon_is_a_gap) {
  const std::vector<interval> covered{{utc("2026-11-01 05:00:00"), utc("2026-11-21 14:00:00")}};
  EXPECT_EQ(after_zone_change(covered, utc("2026-11-21 08:00:00")),
            (std::vector<interval>{{utc("2026-11-01 05:00:00"), utc("2026-11-21 08:00:00")}}));
  EXPECT_EQ(after_zone_change(covered, utc("2026-12-21 08:00:00")), covered);
}

TEST(windows, of_a_gap_before_the_horizon_begin_with_the_gap) {
  const auto& bogota = zone("America/Bogota");
  const std::vector<interval> covered{{utc("2026-11-01 05:00:00"), utc("2026-11-02 14:00:00")},
                                      {utc("2026-11-02 20:00:00"), utc("2026-11-21 14:00:00")}};
  const reach back{.lookback = std::chrono::hours{2}, .horizon = utc("2026-11-10 00:00:00")};
  EXPECT_EQ(next_gap(covered, back, bogota),
            (interval{utc("2026-11-02 14:00:00"), utc("2026-11-02 20:00:00")}));
}

TEST(windows, are_told_in_the_time_that_dates_are_written_in) {
  const auto& madrid = zone("Europe/Madrid");
  const auto autumn =
      in_local_time({utc("2026-10-25 00:30:00"), utc("2026-10-25 03:00:00")}, madrid);
  EXPECT_EQ(autumn.end - autumn.begin, std::chrono::minutes{90}) << "an hour comes twice";
}

TEST(windows, halving_ends_at_a_single_second) {
  interval window{utc("2026-11-21 05:00:00"), utc("2026-11-21 05:00:07")};
  const auto halves = halve(window);
  ASSERT_TRUE(halves.has_value());
  EXPECT_EQ(halves->first.begin, halves->second.end);
  EXPECT_EQ(halves->first.end, window.end);
  EXPECT_EQ(halves->second.begin, window.begin);
  window.end = window.begin + 1s;
  EXPECT_FALSE(halve(window).has_value());
}

TEST(windows, midnight_exists_even_where_the_clock_change_skips_it) {
  // Cuba springs forward at midnight: 2026-03-08 00:00 does not exist, the day begins at 01:00 =
  // 05:00 UTC.
  const auto& havana = zone("America/Havana");
  EXPECT_EQ(local_midnight(utc("2026-03-08 12:00:00"), havana), utc("2026-03-08 05:00:00"));
  EXPECT_EQ(next_local_midnight(utc("2026-03-07 12:00:00"), havana), utc("2026-03-08 05:00:00"));
}

TEST(intervals, unite_joins_what_touches_and_keeps_order) {
  const sys_seconds t{};
  std::vector<interval> set{{t + 0s, t + 10s}, {t + 20s, t + 30s}};
  EXPECT_EQ(unite(set, {t + 10s, t + 20s}), (std::vector<interval>{{t, t + 30s}}));
  EXPECT_EQ(unite(set, {t + 12s, t + 15s}).size(), 3U);
  EXPECT_EQ(unite(set, {t + 5s, t + 25s}), (std::vector<interval>{{t, t + 30s}}));
}

TEST(intervals, a_future_left_by_a_wrong_clock_is_cut_off) {
  const sys_seconds t{};
  const std::vector<interval> set{{t, t + 10s}, {t + 20s, t + 30s}};
  EXPECT_EQ(cut_after(set, t + 25s), (std::vector<interval>{{t, t + 10s}, {t + 20s, t + 25s}}));
  EXPECT_EQ(cut_after(set, t + 15s), (std::vector<interval>{{t, t + 10s}}));
}

}  // namespace
}  // namespace wolkvox::poll
