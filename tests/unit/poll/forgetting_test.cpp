// When rows may be forgotten: never what a window can still reach.
#include "exporter/poll/forgetting.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;

constexpr sys_seconds noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 12h};

report_settings windows_of(std::chrono::seconds lookback, sys_seconds wall = noon) {
  return {.how = rhythm::windows, .lookback = lookback, .wall = wall};
}

TEST(forgetting, keeps_the_lookback_and_two_days) {
  report_memory memory{.covered = {}};
  EXPECT_EQ(rows_to_forget(windows_of(2h), memory, noon), noon - 51h);
  EXPECT_EQ(memory.horizon, noon - 51h);
}

TEST(forgetting, keeps_readings_of_days_for_forty_days) {
  report_memory memory{.covered = {}};
  report_settings days = windows_of(0s);
  days.how = rhythm::days;
  EXPECT_EQ(rows_to_forget(days, memory, noon), noon - 40 * 24h);
}

TEST(forgetting, is_done_once_an_hour_of_the_clock_that_decides) {
  report_memory memory{.covered = {}};
  EXPECT_TRUE(rows_to_forget(windows_of(2h), memory, noon));
  EXPECT_FALSE(rows_to_forget(windows_of(2h, noon + 2h), memory, noon + 59min));
  EXPECT_FALSE(rows_to_forget(windows_of(2h, noon + 59min), memory, noon + 2h));
  EXPECT_EQ(rows_to_forget(windows_of(2h, noon + 2h), memory, noon + 1h), noon - 50h);
}

TEST(forgetting, waits_for_gaps_as_the_ledger_knows_them) {
  report_memory memory{.covered = {{noon - 9h, noon}}};
  memory.kept = {{noon - 9h, noon - 8h}, {noon - 1h, noon}};
  EXPECT_FALSE(rows_to_forget(windows_of(2h), memory, noon));
  memory.kept = memory.covered;
  EXPECT_TRUE(rows_to_forget(windows_of(2h), memory, noon));
}

TEST(forgetting, keeps_what_the_gap_of_an_outage_will_overlap_before_it_is_one) {
  report_memory memory{.covered = {{noon - 900h, noon - 800h}}};
  report_settings settings = windows_of(2h);
  report_poll poll(settings, memory, noon, *date::locate_zone("America/Bogota"));
  ASSERT_TRUE(poll.next());
  const auto terms = poll.answered(0, noon - 3h);  // the platform's clock was set back meanwhile
  poll.settled(*terms, false);
  EXPECT_EQ(rows_to_forget(settings, memory, noon - 3h), noon - 851h);
}

TEST(forgetting, goes_by_the_clock_that_forgets_less_and_never_back) {
  report_memory memory{.covered = {}};
  EXPECT_EQ(rows_to_forget(windows_of(2h), memory, noon + 72h), noon - 51h);
  EXPECT_FALSE(rows_to_forget(windows_of(2h), memory, noon - 72h));
  EXPECT_EQ(memory.horizon, noon - 51h);
}

TEST(forgetting, keeps_rows_of_who_is_polled_no_more_as_long_as_any_lookback_may_reach) {
  const sys_seconds now{std::chrono::days{20000}};
  EXPECT_LE(long_unseen(now), now - std::chrono::days{31} - std::chrono::hours{48});
  EXPECT_GT(long_unseen(now), now - std::chrono::days{60});
}

}  // namespace
}  // namespace wolkvox::poll
