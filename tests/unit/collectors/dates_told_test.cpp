// What rows tell of time beside their figures: the newest date, and ids that hold the moment of
// their call.
#include <gtest/gtest.h>

#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {
namespace {

using namespace std::chrono_literals;

constexpr sys_seconds begun{1'785'000'000s};
const auto minute = metrics::quantity::from_count(60);

TEST(dates_told, keep_the_newest) {
  dates_told told;
  told.learn(begun, "a", minute, begun + 10h);
  told.learn(begun + 5s, "b", minute, begun + 10h);
  told.learn(begun - 5s, "c", minute, begun + 10h);
  told.learn(std::nullopt, "d", minute, begun + 10h);
  EXPECT_EQ(told.newest, begun + 5s);
  EXPECT_EQ(told.stamped, 0U);
}

TEST(dates_told, read_the_moment_in_an_id_less_the_call_itself) {
  dates_told told;
  told.learn(begun + 70s, "ivr.1785000000.12", minute, begun + 10h);
  told.learn(begun + 3h, "20001.7.1785000000.3", metrics::quantity::from_count(3 * 3600),
             begun + 10h);
  told.learn(begun - 1h, "20001.7.1785000000.3", minute, begun + 10h);
  EXPECT_EQ(told.stamped, 3U);
  EXPECT_EQ(told.least_after, -1h);
  EXPECT_EQ(told.most_after, 10s);
}

TEST(dates_told, keep_apart_what_no_clock_has_reached) {
  dates_told told;
  told.learn(begun, "a", minute, begun);
  told.learn(begun + 400 * 24h, "b", minute, begun);
  EXPECT_EQ(told.newest, begun);
  EXPECT_EQ(told.ahead, begun + 400 * 24h);
  EXPECT_EQ(told.dated_ahead, 1U);
  EXPECT_EQ(told.dated, 2U);
}

TEST(dates_told, take_no_other_number_for_a_moment) {
  dates_told told;
  for (const auto* id :
       {"", "0", "1.2.3", "20001.7.1", "17850000001.2", "178500000.1", "9999999999",
        "1785000000x.1", "a1785000000", "....", "ivr.3005551034.0"}) {
    told.learn(begun, id, minute, begun + 10h);
  }
  EXPECT_EQ(told.stamped, 0U);
}

}  // namespace
}  // namespace wolkvox::collectors
