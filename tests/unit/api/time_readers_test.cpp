// Durations and date-times: every form of wolkvox-api.md section 4, calendar limits, zones with
// summer time.
#include <date/tz.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "exporter/api/readers.hpp"

namespace wolkvox::api {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

TEST(durations, are_read_in_every_form) {
  const std::vector<std::pair<std::string_view, microseconds>> cases = {
      {"00:00:00", 0s},
      {"00:00:01", 1s},
      {"4:38:08", 4h + 38min + 8s},
      {"23:59:59", 24h - 1s},
      {"24:00:00", 24h},
      {"25:00:00", 25h},
      {"100:00:01", 100h + 1s},
      {"1000000:00:00", 1'000'000h},
      {"05:12", 5min + 12s},
      {"00:05:12.5000", 5min + 12s + 500ms},
      {"05:12.25", 5min + 12s + 250ms},
      {"1.0E-5", 10us},
      {"5:12", 5min + 12s},
      {"75:30", 75min + 30s},
      {"215", 215s},
      {"0", 0s},
      {"1,234", 1234s},
      {"2.5", 2500ms},
      {"2,5", 2500ms},
      {"0.0000015", 2us},
      {" 00:01:00 ", 1min},
      {" 51 ", 51s}};
  for (const auto& [text, value] : cases) {
    const auto got = read_duration(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_EQ(got->count(), value.count()) << text;
  }
}

TEST(durations, refuse_what_is_none) {
  for (const std::string_view text : {"",
                                      ":",
                                      "::",
                                      "-",
                                      "--",
                                      "-5",
                                      "-0",
                                      "-00:00:01",
                                      "00:-1:00",
                                      "00:60:00",
                                      "00:00:60",
                                      "00:0:00",
                                      "00:00:0",
                                      "00:00:000",
                                      "00:000:00",
                                      "1:2:3:4",
                                      "01:02:03:04",
                                      "00:00:",
                                      ":00:00",
                                      ":12",
                                      "12:",
                                      "00 00 00",
                                      "00: 1:00",
                                      "1:00:00.",
                                      "1:00.5:00",
                                      "1:00:00.5.5",
                                      "aa:bb:cc",
                                      "2 days",
                                      "NaN",
                                      "inf",
                                      "1e400",
                                      "1e31",
                                      "99999999999:00:00",
                                      "99999999999999999999:00:00",
                                      "9223372036855",
                                      "2026-01-31 13:07:28",
                                      "1,2345"}) {
    EXPECT_FALSE(read_duration(text).has_value()) << text;
  }
}

class date_times : public testing::Test {
 protected:
  static std::string in_zone(std::string_view text, const char* zone) {
    const auto got = read_date_time(text, *date::locate_zone(zone));
    return got ? date::format("%FT%TZ", *got) : "unreadable";
  }
  static std::string in_bogota(std::string_view text) { return in_zone(text, "America/Bogota"); }
};

TEST_F(date_times, are_read_in_every_form) {
  EXPECT_EQ(in_bogota("2026-01-31 13:07:28"), "2026-01-31T18:07:28Z");
  EXPECT_EQ(in_bogota("20260131130728"), "2026-01-31T18:07:28Z");
  EXPECT_EQ(in_bogota("2026-01-31"), "2026-01-31T05:00:00Z");
  EXPECT_EQ(in_bogota("20260131"), "2026-01-31T05:00:00Z");
  EXPECT_EQ(in_bogota("  2026-01-31 13:07:28 "), "2026-01-31T18:07:28Z");
}

TEST_F(date_times, cross_days_months_and_years) {
  EXPECT_EQ(in_bogota("2026-12-31 23:59:59"), "2027-01-01T04:59:59Z");
  EXPECT_EQ(in_bogota("2026-04-30 19:00:00"), "2026-05-01T00:00:00Z");
  EXPECT_EQ(in_bogota("2028-02-29 23:00:00"), "2028-03-01T04:00:00Z");
  EXPECT_EQ(in_bogota("2000-02-29"), "2000-02-29T05:00:00Z");
}

TEST_F(date_times, refuse_days_that_do_not_exist) {
  for (const std::string_view text :
       {"2026-02-29", "2026-02-30", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10",
        "2026-01-00", "2026-01-32", "0000-00-00", "0000-00-00 00:00:00", "0000-01-01", "20260230",
        "20260230000000"}) {
    EXPECT_EQ(in_bogota(text), "unreadable") << text;
  }
}

TEST_F(date_times, refuse_times_that_do_not_exist) {
  for (const std::string_view text :
       {"2026-01-31 24:00:00", "2026-01-31 25:00:00", "2026-01-31 12:60:00", "2026-01-31 12:00:60",
        "20260131240000", "20260131126000"}) {
    EXPECT_EQ(in_bogota(text), "unreadable") << text;
  }
}

TEST_F(date_times, refuse_other_forms) {
  for (const std::string_view text : {"",
                                      " ",
                                      "--",
                                      "2026",
                                      "202601",
                                      "2026-1-31",
                                      "26-01-31",
                                      "31/01/2026",
                                      "2026/01/31",
                                      "2026-01-31T13:07:28",
                                      "2026-01-31  13:07:28",
                                      "2026-01-31 13:07",
                                      "2026-01-31 1:07:28",
                                      "2026-01-31 13:07:28.5",
                                      "2026-01-31 13:07:28Z",
                                      "-2026-01-31",
                                      "+026-01-31",
                                      "202601311307",
                                      "2026013113072",
                                      "202601311307280",
                                      "abcd-ef-gh",
                                      "00:12:03",
                                      "1769882848"}) {
    EXPECT_EQ(in_bogota(text), "unreadable") << text;
  }
}

TEST_F(date_times, reach_from_year_one_to_year_9999) {
  EXPECT_EQ(in_zone("0001-01-01", "Etc/UTC"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(in_zone("9999-12-31 23:59:59", "Etc/UTC"), "9999-12-31T23:59:59Z");
  EXPECT_EQ(in_bogota("9999-12-31 18:59:59"), "9999-12-31T23:59:59Z");
  EXPECT_NE(in_bogota("0001-01-01"), "unreadable");
}

TEST_F(date_times, that_the_zone_repeats_are_the_first_of_the_two) {
  // New York, 1 November 2026: 01:00-02:00 happens twice, first in summer time (UTC-4).
  EXPECT_EQ(in_zone("2026-11-01 01:30:00", "America/New_York"), "2026-11-01T05:30:00Z");
  EXPECT_EQ(in_zone("2026-11-01 00:59:59", "America/New_York"), "2026-11-01T04:59:59Z");
  EXPECT_EQ(in_zone("2026-11-01 02:00:00", "America/New_York"), "2026-11-01T07:00:00Z");
}

TEST_F(date_times, that_the_zone_skips_are_the_moment_of_the_change) {
  // New York, 8 March 2026: after 01:59:59 comes 03:00:00.
  EXPECT_EQ(in_zone("2026-03-08 02:00:00", "America/New_York"), "2026-03-08T07:00:00Z");
  EXPECT_EQ(in_zone("2026-03-08 02:59:59", "America/New_York"), "2026-03-08T07:00:00Z");
  EXPECT_EQ(in_zone("2026-03-08 03:00:00", "America/New_York"), "2026-03-08T07:00:00Z");
  EXPECT_EQ(in_zone("2026-03-08 01:59:59", "America/New_York"), "2026-03-08T06:59:59Z");
}

TEST_F(date_times, at_a_skipped_midnight_are_the_first_moment_of_the_day) {
  // Santiago de Chile changes at midnight: 6 September 2026 begins at 01:00.
  EXPECT_EQ(in_zone("2026-09-06", "America/Santiago"), "2026-09-06T04:00:00Z");
}

}  // namespace
}  // namespace wolkvox::api
