// What rows, ids, the zone, the clock and live counters say together: each contradiction is found
// in the time that the contract names, and a quiet or late centre raises none.
#include "exporter/poll/suspicion.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <vector>

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;

const date::time_zone& zone(const char* name = "America/Bogota") {
  return *date::locate_zone(name);
}

constexpr sys_seconds noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 17h};

row_dates newest(sys_seconds at, sys_seconds now = sys_seconds::max()) {
  const bool is_ahead = now < sys_seconds::max() && at > now + 2min;
  return is_ahead ? row_dates{.newest = {}, .ahead = at, .mostly_ahead = true}
                  : row_dates{.newest = at, .ahead = {}};
}

// One poll every five minutes whose newest row is `age` old; what is found after each.
std::vector<suspicion> polls(seconds age, int count, std::chrono::milliseconds interval = 5min) {
  date_watch watch;
  std::vector<suspicion> found;
  for (int i = 0; i < count; ++i) {
    const auto now = noon + i * 5min;
    heard_rows(watch, newest(now - age, now), now, interval, zone());
    found.push_back(watch.found);
  }
  return found;
}

TEST(dates, of_a_report_that_is_a_quarter_of_an_hour_late_are_right) {
  for (const auto age : {0s, 60s, 900s, 1800s, 45 * 60s}) {
    EXPECT_EQ(polls(age, 12).back(), suspicion::none) << age.count();
  }
}

TEST(dates, in_the_future_are_told_at_once) {
  EXPECT_EQ(polls(-1h, 1).back(), suspicion::ahead);
  EXPECT_EQ(polls(-60s, 3).back(), suspicion::none) << "clocks differ a little";
}

TEST(dates, that_are_old_when_they_come_are_told_within_two_polls) {
  const auto found = polls(1h + 15min, 3);
  EXPECT_EQ(found[0], suspicion::none) << "the first answer may hold nothing newer";
  EXPECT_EQ(found[2], suspicion::behind);
  EXPECT_EQ(polls(1h + 15min, 6, 40min).back(), suspicion::none) << "stretched polls see rows late";
}

TEST(dates, that_stand_still_are_nothing) {
  date_watch watch;
  for (int i = 0; i < 100; ++i) {
    heard_rows(watch, newest(noon), noon + i * 5min, 5min, zone());
  }
  EXPECT_EQ(watch.found, suspicion::none) << "nobody called";
}

TEST(dates, are_right_again_with_the_first_row_that_is) {
  date_watch watch;
  heard_rows(watch, newest(noon + 1h, noon), noon, 5min, zone());
  ASSERT_EQ(watch.found, suspicion::ahead);
  EXPECT_EQ(watch.newest, noon + 1h);
  heard_rows(watch, newest(noon - 5min), noon + 10min, 5min, zone());
  EXPECT_EQ(watch.found, suspicion::none);
  EXPECT_EQ(watch.newest, noon - 5min);
}

TEST(ids, that_name_another_hour_tell_the_zone) {
  for (const auto off : {-2h, -1h, 1h, 3h}) {
    date_watch watch;
    const row_dates dates{.newest = noon - 20min,
                          .ahead = {},
                          .stamped = 5,
                          .least_after = off + 14s,
                          .most_after = off + 40min};
    heard_rows(watch, dates, noon, 5min, zone());
    const bool is_shown = off > 25min || off + 40min < -5min;
    EXPECT_EQ(watch.found, is_shown ? suspicion::contrary : suspicion::none) << off.count();
    if (is_shown) {
      EXPECT_EQ(watch.looks_like, seconds{-5h + off});
    }
  }
}

TEST(ids, of_few_or_long_calls_say_nothing) {
  date_watch watch;
  heard_rows(watch,
             {.newest = noon, .ahead = {}, .stamped = 2, .least_after = 3h, .most_after = 3h}, noon,
             5min, zone());
  heard_rows(watch,
             {.newest = noon, .ahead = {}, .stamped = 9, .least_after = 20s, .most_after = 3h},
             noon, 5min, zone());
  EXPECT_EQ(watch.found, suspicion::none);
}

// A live counter that grows by one every ten minutes.
date_watch live_for(std::chrono::minutes time, bool rows_come) {
  date_watch watch;
  for (auto passed = 0min; passed <= time; passed += 5min) {
    const auto now = noon + passed;
    heard_live(watch, 100.0 + static_cast<double>(passed / 10min), now);
    if (rows_come) {
      heard_rows(watch, newest(now - 20min), now, 5min, zone());
    }
    look_for_absence(watch, now);
  }
  return watch;
}

TEST(absence, is_found_in_an_hour_or_two) {
  EXPECT_EQ(live_for(55min, false).found, suspicion::none);
  EXPECT_EQ(live_for(80min, false).found, suspicion::absent);
  EXPECT_EQ(live_for(24h, true).found, suspicion::none);
}

TEST(absence, is_none_where_the_live_counter_stands_still_or_begins_anew) {
  date_watch watch;
  for (int i = 0; i < 100; ++i) {
    heard_live(watch, i < 50 ? 100 : 0, noon + i * 5min);
    look_for_absence(watch, noon + i * 5min);
  }
  EXPECT_EQ(watch.found, suspicion::none);
}

TEST(probe, is_asked_once_a_day_and_tells_the_zone) {
  auto watch = live_for(2h, false);
  const auto now = noon + 2h;
  ASSERT_TRUE(wants_probe(watch, now));
  // The platform writes UTC-5, the operation is configured as UTC-3.
  const auto& wrong = zone("America/Argentina/Buenos_Aires");
  const auto window = probe_window(now, wrong);
  EXPECT_EQ(window.end - window.begin, 26h);
  EXPECT_EQ(wrong.to_local(window.begin).time_since_epoch(), (now - 12h).time_since_epoch());
  const auto local_of_platform = (now - 18min) - 5h;
  heard_probe(watch, newest(local_of_platform + 3h), now, wrong);
  EXPECT_EQ(watch.looks_like, seconds{-5h});
  EXPECT_FALSE(wants_probe(watch, now + 23h));
  EXPECT_TRUE(wants_probe(watch, now + 24h));
  EXPECT_EQ(watch.found, suspicion::absent);
}

TEST(probe, that_finds_nothing_leaves_the_zone_unknown) {
  auto watch = live_for(2h, false);
  heard_probe(watch, {}, noon + 2h, zone());
  EXPECT_FALSE(watch.looks_like);
  EXPECT_EQ(watch.found, suspicion::absent);
}

}  // namespace
}  // namespace wolkvox::poll
