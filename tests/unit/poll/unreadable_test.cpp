// Answers that came whole and cannot be read: what is asked next, and what is given up.
#include <date/tz.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "exporter/poll/report_poll.hpp"

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

// A report with rows at one second each, of which some answers cannot be read; counts requests.
class broken_report {
 public:
  explicit broken_report(std::vector<sys_seconds> broken) : broken_(std::move(broken)) {}

  // One poll; true where it came to its end.
  bool poll(report_memory& memory, sys_seconds now, report_settings settings = windows) {
    requests = 0;
    report_poll machine(settings, memory, now, bogota());
    while (const auto window = machine.next()) {
      if (machine.is_passed_over()) {
        passed_over.push_back(*window);
      } else {
        ++requests;
        if (cannot_be_read(*window)) {
          if (!machine.came_unreadable()) {
            return false;
          }
          continue;
        }
      }
      machine.settled(machine.answered(1, std::nullopt).value(), false);
    }
    return !machine.is_left_unreadable();
  }

  std::uint32_t requests = 0;
  std::vector<interval> passed_over;
  bool everything = false;   // is broken
  sys_seconds from{}, to{};  // all of it is broken

 private:
  bool cannot_be_read(interval window) const {
    const bool in_broken_time = window.begin < to && from < window.end;
    return everything || in_broken_time || std::ranges::any_of(broken_, [&](sys_seconds second) {
             return window.begin <= second && second < window.end;
           });
  }
  std::vector<sys_seconds> broken_;
};

TEST(unreadable, second_is_found_by_halves_over_polls_and_passed_over) {
  for (const auto at : {0s, 1s, 3599s, 3600s, 12'345s, 28'799s}) {
    const sys_seconds bad = midnight + at;
    broken_report report({bad});
    report_memory memory;
    int polls = 0;
    sys_seconds now = midnight + 8h;
    while (!report.poll(memory, now)) {
      ASSERT_LE(report.requests, 8U);
      ASSERT_LT(++polls, 12) << at.count();
      now += 5min;
    }
    EXPECT_EQ(report.passed_over, (std::vector<interval>{{bad, bad + 1s}})) << at.count();
    report.poll(memory, now);  // what was left for it
    EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, now}})) << at.count();
  }
}

TEST(unreadable, second_is_not_asked_for_again_while_windows_overlap_with_it) {
  const sys_seconds bad = midnight + 8h - 1min;
  broken_report report({bad});
  report_memory memory;
  sys_seconds now = midnight + 8h;
  for (int polls = 0; !report.poll(memory, now); now += 5min) {
    ASSERT_LT(++polls, 12);
  }
  ASSERT_TRUE(report.poll(memory, now));  // what was left for it
  for (int i = 0; i < 30; ++i) {
    now += 5min;
    ASSERT_TRUE(report.poll(memory, now));
    EXPECT_LE(report.requests, 2U);
    EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, now}}));
  }
  EXPECT_EQ(report.passed_over.size(), 1U);
  EXPECT_EQ(report.requests, 1U) << "the window has left it behind";
}

TEST(unreadable, seconds_are_found_wherever_they_are) {
  using seconds_list = std::vector<sys_seconds>;
  for (const auto& bad :
       {seconds_list{midnight + 1h, midnight + 7h}, seconds_list{midnight + 2h, midnight + 2h + 1s},
        seconds_list{midnight, midnight + 8h - 1s},
        seconds_list{midnight + 1h, midnight + 2h, midnight + 3h, midnight + 5h, midnight + 7h,
                     midnight + 7h + 1s, midnight + 7h + 2s}}) {
    broken_report report(bad);
    report_memory memory;
    sys_seconds now = midnight + 8h;
    for (int polls = 0; !report.poll(memory, now); now += 5min) {
      ASSERT_LE(report.requests, 8U);
      ASSERT_LT(++polls, 60);
    }
    EXPECT_EQ(report.passed_over.size(), bad.size());
    report.poll(memory, now);
    EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, now}}));
  }
}

TEST(unreadable, answers_to_everything_are_nobodys_row) {
  broken_report report({});
  report.everything = true;
  report_memory memory;
  sys_seconds now = midnight + 8h;
  for (int polls = 0; polls < 50; ++polls, now += 5min) {
    EXPECT_FALSE(report.poll(memory, now));
    EXPECT_LE(report.requests, 8U);
  }
  EXPECT_TRUE(report.passed_over.empty());
  EXPECT_TRUE(memory.covered.empty());
  report.everything = false;
  for (int polls = 0; !report.poll(memory, now); now += 5min) {
    ASSERT_LT(++polls, 20);
  }
  report.poll(memory, now);
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, now}}));
}

// A day of the platform's past is broken as a whole, while all else can be read.
TEST(unreadable, gaps_as_a_whole_are_waited_for) {
  broken_report report({});
  report_memory memory;
  ASSERT_TRUE(report.poll(memory, midnight + 1h));
  report.from = midnight + 2h;
  report.to = midnight + 20h;
  sys_seconds now = midnight + 24h;
  for (int polls = 0; polls < 50; ++polls, now += 5min) {
    EXPECT_FALSE(report.poll(memory, now));
    EXPECT_LE(report.requests, 9U);
  }
  EXPECT_LT(report.passed_over.size(), 10U);
  report.from = report.to;
  for (int polls = 0; polls < 100; ++polls, now += 5min) {
    report.poll(memory, now);
  }
  EXPECT_EQ(memory.covered, (std::vector<interval>{{midnight, now - 5min}}));
}

TEST(unreadable, answers_of_a_day_report_are_failures) {
  broken_report report({midnight + 1h});
  report_memory memory;
  EXPECT_FALSE(report.poll(memory, midnight + 8h, days));
  EXPECT_EQ(report.requests, 1U);
}

}  // namespace
}  // namespace wolkvox::poll
