#include "exporter/api/net/http_date.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace wolkvox::api {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr sys_seconds example =
    sys_days{std::chrono::year{1994} / 11 / 6} + 8h + 49min + 37s;  // RFC 9110's own

TEST(http_date, reads_the_three_forms_of_the_standard) {
  EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), example);
  EXPECT_EQ(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), example);
  EXPECT_EQ(read_http_date("Sun Nov  6 08:49:37 1994"), example);
  EXPECT_EQ(read_http_date(" \tSun, 06 Nov 1994 08:49:37 GMT "), example);
}

TEST(http_date, reads_the_29th_of_february) {
  EXPECT_EQ(read_http_date("Tue, 29 Feb 2028 00:00:00 GMT"),
            sys_seconds{sys_days{std::chrono::year{2028} / 2 / 29}});
}

class unreadable_dates : public testing::TestWithParam<const char*> {};

TEST_P(unreadable_dates, are_no_date) {
  EXPECT_EQ(read_http_date(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    every, unreadable_dates,
    testing::Values("", " ", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT+1",
                    "Sun, 31 Feb 2027 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT",
                    "1994-11-06 08:49:37", "Dom, 06 Nov 1994 08:49:37 GMT",
                    "Sunday, 07-Nov--74 08:09:37 GMT", "Sun, 07 Nov -074 08:09:37 GMT",
                    "Mon, 06 Nov 1889 08:49:37 GMT"));

struct wait_case {
  const char* text;
  std::optional<std::chrono::seconds> wait;
};

void PrintTo(const wait_case& of, std::ostream* to) {
  *to << '"' << of.text << '"';
}

class waits : public testing::TestWithParam<wait_case> {};

TEST_P(waits, are_seconds_or_a_date_within_a_quarter_of_an_hour) {
  EXPECT_EQ(read_retry_after(GetParam().text, example), GetParam().wait);
}

INSTANTIATE_TEST_SUITE_P(every, waits,
                         testing::Values(wait_case{"0", 0s}, wait_case{"120", 120s},
                                         wait_case{" 7 ", 7s}, wait_case{"86400", 15min},
                                         wait_case{"86401", 15min},
                                         wait_case{"99999999999999999999999", 15min},
                                         wait_case{"Sun, 06 Nov 1994 08:50:37 GMT", 60s},
                                         wait_case{"Sun, 06 Nov 1994 08:00:00 GMT", 0s},
                                         wait_case{"Sat, 06 Nov 2094 08:00:00 GMT", 15min},
                                         wait_case{"", std::nullopt}, wait_case{"-1", std::nullopt},
                                         wait_case{"1.5", std::nullopt},
                                         wait_case{"soon", std::nullopt}));

}  // namespace
}  // namespace wolkvox::api
