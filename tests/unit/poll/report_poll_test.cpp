// The machine of one report poll: what it asks, what answers mean, what is covered when.
#include "exporter/poll/report_poll.hpp"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace wolkvox::poll {
namespace {

using namespace std::chrono_literals;

const date::time_zone& bogota() {
  return *date::locate_zone("America/Bogota");
}

// 2026-11-21 05:00 UTC: midnight in Bogota.
constexpr sys_seconds midnight{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 5h};

constexpr report_settings windows{.how = rhythm::windows, .lookback = 2h, .row_cap = 100};
constexpr report_settings days{.how = rhythm::days, .lookback = 0s, .row_cap = 100};

// Answers and settles the next window as a small answer; the window.
interval pass(report_poll& poll, bool changed = false) {
  const interval asked = poll.next().value();
  const auto terms = poll.answered(1, std::nullopt);
  poll.settled(terms.value(), changed);
  return asked;
}

TEST(report_poll, covers_what_was_settled_and_nothing_before) {
  report_memory memory;
  report_poll poll(windows, memory, midnight + 9h, bogota());
  ASSERT_TRUE(poll.next().has_value());
  EXPECT_TRUE(memory.covered.empty());
  const auto terms = poll.answered(5, std::nullopt);
  ASSERT_TRUE(terms.has_value());
  EXPECT_TRUE(memory.covered.empty());  // the ledger may still refuse
  poll.settled(*terms, true);
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 9h}}));
  EXPECT_FALSE(poll.next().has_value());
}

TEST(report_poll, a_cut_answer_is_asked_again_in_halves_newest_first) {
  report_memory memory;
  report_poll poll(windows, memory, midnight + 8h, bogota());
  ASSERT_EQ(poll.next(), (interval{midnight, midnight + 8h}));
  EXPECT_FALSE(poll.answered(100, std::nullopt).has_value());
  EXPECT_EQ(pass(poll), (interval{midnight + 4h, midnight + 8h}));
  // The first second marks where counting began.
  EXPECT_EQ(memory.covered,
            (std::vector<interval>{{midnight, midnight + 1s}, {midnight + 4h, midnight + 8h}}));
  EXPECT_EQ(pass(poll), (interval{midnight, midnight + 4h}));
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 8h}}));
}

TEST(report_poll, a_first_poll_that_ends_between_halves_leaves_a_gap_for_the_next) {
  report_memory memory;
  {
    report_poll poll(windows, memory, midnight + 8h, bogota());
    poll.next();
    EXPECT_FALSE(poll.answered(100, std::nullopt).has_value());
    pass(poll);
  }
  report_poll again(windows, memory, midnight + 8h + 5min, bogota());
  EXPECT_EQ(pass(again), (interval{midnight + 6h, midnight + 8h + 5min}));
  EXPECT_EQ(pass(again), (interval{midnight, midnight + 4h}));
  EXPECT_FALSE(again.next().has_value());
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 8h + 5min}}));
}

TEST(report_poll, a_single_second_at_the_cap_is_told_and_taken) {
  report_memory memory{.covered = {{midnight, midnight + 1s}}, .past_days = {}};
  report_settings narrow = windows;
  narrow.lookback = 1s;
  report_poll poll(narrow, memory, midnight + 2s, bogota());
  ASSERT_EQ(poll.next(), (interval{midnight, midnight + 2s}));
  EXPECT_FALSE(poll.answered(100, std::nullopt).has_value());
  ASSERT_EQ(poll.next(), (interval{midnight + 1s, midnight + 2s}));
  const auto terms = poll.answered(100, std::nullopt);
  ASSERT_TRUE(terms.has_value());
  EXPECT_TRUE(terms->beyond_cap);
}

TEST(report_poll, late_is_what_an_earlier_window_should_have_shown) {
  report_memory memory{.covered = {{midnight, midnight + 9h}}, .past_days = {}};
  report_poll poll(windows, memory, midnight + 9h + 5min, bogota());
  poll.next();
  EXPECT_EQ(poll.answered(1, std::nullopt)->late_before, midnight + 9h - 15min);
}

TEST(report_poll, nothing_is_late_in_a_first_window) {
  report_memory memory;
  report_poll poll(windows, memory, midnight + 9h, bogota());
  poll.next();
  EXPECT_EQ(poll.answered(1, std::nullopt)->late_before, sys_seconds::min());
}

TEST(report_poll, time_beyond_the_platforms_clock_is_not_covered) {
  report_memory memory;
  report_poll poll(windows, memory, midnight + 9h, bogota());
  poll.next();
  const auto terms = poll.answered(1, midnight + 8h);
  EXPECT_EQ(terms->covered, (std::vector<interval>{{midnight, midnight + 8h}}));
}

TEST(report_poll, a_future_that_was_covered_by_mistake_is_forgotten) {
  report_memory memory{.covered = {{midnight, midnight + 24h}}, .past_days = {}};
  report_poll poll(windows, memory, midnight + 9h, bogota());
  EXPECT_EQ(poll.next(), (interval{midnight + 7h, midnight + 9h}));
}

TEST(report_poll, an_overlap_that_was_not_read_again_is_asked_for_by_the_next_poll) {
  report_memory memory{.covered = {{midnight, midnight + 9h}}, .past_days = {}};
  {
    report_poll poll(windows, memory, midnight + 9h + 4min, bogota());
    ASSERT_EQ(poll.next(), (interval{midnight + 7h, midnight + 9h + 4min}));
    EXPECT_FALSE(poll.answered(100, std::nullopt).has_value());
    pass(poll);  // the newer half; then an error, or the end of the process
  }
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 9h},
                                                   {midnight + 9h + 1s, midnight + 9h + 4min}}));
  report_poll again(windows, memory, midnight + 9h + 9min, bogota());
  EXPECT_EQ(pass(again), (interval{midnight + 7h + 4min, midnight + 9h + 9min}));
  EXPECT_EQ(pass(again), (interval{midnight + 7h, midnight + 9h + 1s}));
  EXPECT_FALSE(again.next().has_value());
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 9h + 9min}}));
}

TEST(report_poll, a_fresh_window_across_a_gap_leaves_the_overlap_before_it_to_be_read) {
  report_memory memory{
      .covered = {{midnight, midnight + 8h}, {midnight + 8h + 5min, midnight + 8h + 10min}},
      .past_days = {}};
  report_poll poll(windows, memory, midnight + 8h + 15min, bogota());
  EXPECT_EQ(pass(poll), (interval{midnight + 6h + 10min, midnight + 8h + 15min}));
  EXPECT_EQ(pass(poll), (interval{midnight + 6h, midnight + 8h + 1s}));
  EXPECT_FALSE(poll.next().has_value());
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 8h + 15min}}));
}

TEST(report_poll, a_wrong_clock_forgets_nothing_before_an_answer_is_settled) {
  const std::vector<interval> covered{{midnight, midnight + 9h}};
  report_memory memory{.covered = covered, .past_days = {}};
  report_poll poll(windows, memory, midnight - 239h, bogota());
  ASSERT_TRUE(poll.next().has_value());
  EXPECT_TRUE(poll.answered(1, midnight + 10h).has_value());
  EXPECT_EQ(memory.covered, covered);
}

TEST(report_poll, a_clock_from_before_counting_began_asks_for_nothing) {
  report_memory memory{.covered = {{midnight, midnight + 9h}}, .past_days = {}};
  report_settings settings = windows;
  settings.wall = midnight + 9h;
  report_poll poll(settings, memory, midnight - 15h, bogota());
  EXPECT_FALSE(poll.next().has_value());
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, midnight + 9h}}));
}

TEST(report_poll, a_clock_that_leads_to_forgotten_rows_asks_for_nothing) {
  report_memory memory{.covered = {{midnight - 200h, midnight + 9h}}};
  memory.horizon = midnight - 41h;
  report_poll behind(windows, memory, midnight - 42h, bogota());
  EXPECT_FALSE(behind.next());
  EXPECT_TRUE(behind.is_clock_behind());
  report_poll right(windows, memory, midnight + 9h, bogota());
  EXPECT_TRUE(right.next());
  EXPECT_FALSE(right.is_clock_behind());
}

TEST(report_poll, no_window_begins_before_the_horizon_however_long_the_lookback_becomes) {
  report_memory memory{.covered = {{midnight - 200h, midnight + 9h}}};
  memory.horizon = midnight - 41h;
  report_settings raised = windows;
  raised.lookback = 7 * 24h;
  report_poll poll(raised, memory, midnight + 10h, bogota());
  EXPECT_EQ(pass(poll), (interval{midnight - 41h, midnight + 10h}));
  EXPECT_FALSE(poll.next()) << "no overlap is owed beyond it";
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight - 200h, midnight + 10h}}));
}

TEST(report_poll, gaps_may_lead_to_where_rows_were_forgotten) {
  report_memory memory{.covered = {{midnight - 200h, midnight - 100h}}};
  memory.horizon = midnight - 41h;
  report_poll poll(windows, memory, midnight + 9h, bogota());
  while (poll.next()) {
    pass(poll);
  }
  EXPECT_FALSE(poll.is_clock_behind());
  EXPECT_EQ(memory.covered.size(), 1U);
}

TEST(report_poll, a_beginning_that_both_clocks_call_future_is_begun_anew) {
  report_memory memory{.covered = {{midnight, midnight + 9h}}, .past_days = {}};
  report_settings settings = windows;
  settings.wall = midnight - 15h;
  report_poll poll(settings, memory, midnight - 15h, bogota());
  EXPECT_EQ(poll.next(), (interval{midnight - 24h, midnight - 15h}));
}

TEST(report_poll, after_an_outage_freshness_comes_first_and_gaps_follow) {
  report_memory memory{.covered = {{midnight - 48h, midnight - 30h}}, .past_days = {}};
  report_poll poll(windows, memory, midnight + 9h, bogota());
  EXPECT_EQ(pass(poll), (interval{midnight + 7h, midnight + 9h}));
  EXPECT_FALSE(poll.is_catching_up());
  EXPECT_EQ(poll.next(), (interval{midnight, midnight + 7h}));
  EXPECT_TRUE(poll.is_catching_up());
  pass(poll);
  EXPECT_EQ(pass(poll), (interval{midnight - 24h, midnight}));
  EXPECT_EQ(pass(poll), (interval{midnight - 32h, midnight - 24h}));
  EXPECT_FALSE(poll.next().has_value());
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight - 48h, midnight + 9h}}));
}

TEST(report_poll, a_piece_of_a_gap_is_asked_for_with_each_poll_and_more_while_there_is_time) {
  report_memory memory{.covered = {{midnight - 48h, midnight - 30h}}, .past_days = {}};
  report_poll poll(windows, memory, midnight + 9h, bogota());
  constexpr spare nothing{.time = false, .requests = false};
  constexpr spare no_time{.time = false, .requests = true};
  constexpr spare no_requests{.time = true, .requests = false};
  ASSERT_TRUE(poll.next().has_value());
  EXPECT_TRUE(poll.is_worth_asking(nothing)) << "what is fresh cannot wait";
  pass(poll);
  ASSERT_TRUE(poll.next().has_value());
  EXPECT_FALSE(poll.is_worth_asking(no_requests));
  EXPECT_TRUE(poll.is_worth_asking(no_time));
  pass(poll);
  ASSERT_TRUE(poll.next().has_value());
  EXPECT_FALSE(poll.is_worth_asking(no_time));
  EXPECT_TRUE(poll.is_worth_asking({}));
}

TEST(report_poll,
     a_piece_of_a_gap_whose_answer_is_too_late_is_asked_for_in_halves_by_the_next_poll) {
  report_memory memory{.covered = {{midnight - 48h, midnight - 30h}}, .past_days = {}};
  const auto too_late = [&] {
    report_poll poll(windows, memory, midnight + 9h, bogota());
    pass(poll);
    const interval asked = poll.next().value();
    poll.came_too_late();
    return asked;
  };
  EXPECT_EQ(too_late(), (interval{midnight, midnight + 7h}));
  EXPECT_EQ(too_late(), (interval{midnight + 210min, midnight + 7h}));
  EXPECT_EQ(too_late(), (interval{midnight + 315min, midnight + 7h}));
  for (int i = 0; i < 20; ++i) {
    too_late();
  }
  EXPECT_EQ(too_late(), (interval{midnight + 405min, midnight + 7h}))
      << "an eighth of the lookback";
}

TEST(report_poll, pieces_of_a_gap_grow_again_while_answers_are_quick) {
  report_memory memory{.covered = {{midnight - 240h, midnight - 220h}}, .past_days = {}};
  memory.pace = {.longest = 6h, .too_long = 96h};
  const auto first_piece = [&](bool quick) {
    report_poll poll(windows, memory, midnight, bogota());
    pass(poll);
    const interval asked = poll.next().value();
    poll.settled(poll.answered(1, std::nullopt, quick).value(), false);
    return asked;
  };
  EXPECT_EQ(first_piece(false), (interval{midnight - 8h, midnight - 2h}));
  EXPECT_EQ(first_piece(true), (interval{midnight - 14h, midnight - 8h}));
  EXPECT_EQ(first_piece(true), (interval{midnight - 24h, midnight - 14h})) << "what is left of 12h";
  EXPECT_EQ(first_piece(true), (interval{midnight - 36h, midnight - 24h}));
  EXPECT_FALSE(memory.pace);
  EXPECT_EQ(first_piece(true), (interval{midnight - 48h, midnight - 36h}));
  EXPECT_EQ(first_piece(true), (interval{midnight - 72h, midnight - 48h})) << "a whole day";
}

TEST(report_poll, a_piece_as_long_as_one_that_came_too_late_is_tried_after_eight_quick_ones) {
  report_memory memory{.covered = {{midnight - 240h, midnight - 220h}}, .past_days = {}};
  memory.pace = {.longest = 6h, .too_long = 12h};
  std::vector<std::chrono::seconds> asked;
  for (int i = 0; i < 12; ++i) {
    report_poll poll(windows, memory, midnight, bogota());
    pass(poll);
    const interval piece = poll.next().value();
    asked.push_back(piece.end - piece.begin);
    poll.settled(poll.answered(1, std::nullopt).value(), false);
  }
  const auto longer = std::ranges::find_if(asked, [](auto each) { return each > 6h; });
  EXPECT_EQ(std::count(asked.begin(), longer, 6h), 8) << "what is left of a day does not count";
  EXPECT_NE(longer, asked.end());
}

TEST(report_poll, a_gap_closes_by_pieces_shorter_than_the_lookback_and_the_next_is_asked_whole) {
  report_memory memory{.covered = {{midnight - 48h, midnight - 5h}}, .past_days = {}};
  memory.pace = {.longest = 30min, .too_long = 1h};
  constexpr spare no_time{.time = false, .requests = true};
  int polls = 0;
  for (; memory.covered.size() > 1 || polls == 0; ++polls) {
    ASSERT_LT(polls, 20);
    report_poll poll(windows, memory, midnight, bogota());
    while (poll.next() && poll.is_worth_asking(no_time)) {
      poll.settled(poll.answered(1, std::nullopt, false).value(), false);
    }
  }
  EXPECT_EQ(polls, 6) << "3 hours in pieces of half an hour, the last with the overlap";
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight - 48h, midnight}}));
  EXPECT_FALSE(memory.pace);
}

TEST(report_poll, a_fresh_window_and_a_day_that_come_too_late_stay_whole) {
  report_memory memory{.covered = {{midnight, midnight + 9h}}, .past_days = {}};
  report_poll fresh(windows, memory, midnight + 9h + 5min, bogota());
  fresh.next();
  fresh.came_too_late();
  EXPECT_FALSE(memory.pace);
  report_memory day{.covered = {{midnight - 48h, midnight - 30h}}, .past_days = {}};
  report_poll past(days, day, midnight + 9h, bogota());
  pass(past);
  past.next();
  ASSERT_TRUE(past.is_catching_up());
  past.came_too_late();
  EXPECT_FALSE(day.pace);
}

TEST(report_poll, a_gap_that_its_answer_did_not_close_is_left_to_the_next_poll) {
  report_memory memory{.covered = {{midnight - 5h, midnight - 4h}}, .past_days = {}};
  report_poll poll(windows, memory, midnight, bogota());
  pass(poll);
  ASSERT_TRUE(poll.next().has_value());
  const auto terms = poll.answered(1, midnight - 24h);  // a clock far behind: nothing is covered
  poll.settled(*terms, false);
  EXPECT_FALSE(poll.next().has_value());
}

TEST(report_poll, a_day_is_finished_by_two_agreeing_readings_after_its_end) {
  report_memory memory{.covered = {{midnight - 10h, midnight - 1min}}, .past_days = {}};
  const auto read = [&](sys_seconds now, bool yesterday_changed) {
    report_poll poll(days, memory, now, bogota());
    std::vector<interval> asked{pass(poll, true)};
    while (poll.next()) {
      asked.push_back(pass(poll, yesterday_changed));
    }
    return asked.size();
  };
  EXPECT_EQ(read(midnight + 5min, true), 2U);
  EXPECT_EQ(read(midnight + 10min, true), 1U);   // read just now
  EXPECT_EQ(read(midnight + 65min, false), 2U);  // agrees, but too early
  EXPECT_EQ(read(midnight + 6h, true), 2U);      // grew once more
  EXPECT_EQ(read(midnight + 6h + 5min, false), 1U);
  EXPECT_EQ(read(midnight + 7h, false), 2U);  // agrees: finished
  EXPECT_EQ(read(midnight + 8h, false), 1U);
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight - 24h, midnight + 8h}}));
}

TEST(report_poll, a_day_waits_for_its_end_through_polls_that_fail) {
  const std::vector<interval> covered{{midnight - 10h, midnight - 1min}};
  report_memory memory{.covered = covered, .past_days = {}};
  for (const auto now : {midnight + 1s, midnight + 5min}) {
    report_poll poll(days, memory, now, bogota());
    EXPECT_TRUE(poll.next());  // and no answer
  }
  report_poll half(days, memory, midnight + 10min, bogota());
  EXPECT_EQ(pass(half), (interval{midnight, midnight + 10min}));
  EXPECT_TRUE(half.next());
  report_poll whole(days, memory, midnight + 15min, bogota());
  EXPECT_EQ(pass(whole), (interval{midnight, midnight + 15min}));
  EXPECT_EQ(pass(whole), (interval{midnight - 24h, midnight}));
}

TEST(report_poll, a_day_report_at_the_cap_is_told_not_halved) {
  report_memory memory;
  report_poll poll(days, memory, midnight + 9h, bogota());
  poll.next();
  const auto terms = poll.answered(100, std::nullopt);
  ASSERT_TRUE(terms.has_value());
  EXPECT_TRUE(terms->beyond_cap);
}

}  // namespace
}  // namespace wolkvox::poll
