// What requests cost, what is left of the day, and the day's end.
#include "exporter/operation/request_budget.hpp"

#include <date/tz.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operation/log_lines.hpp"

namespace wolkvox::operation {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr sys_seconds noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 17h};
constexpr sys_seconds next_day = noon + 12h;

class request_budgets : public testing::Test {
 protected:
  request_budgets() { budget_.begin_day_if_new(noon); }

  static config::operation settings() {
    config::operation made;
    made.licences = 3;
    return made;
  }
  void spend(std::string_view collector, int requests) {
    for (int i = 0; i < requests; ++i) {
      budget_.spend(collector);
    }
  }
  std::vector<std::chrono::milliseconds> intervals(sys_seconds now = noon) {
    const poll::spender each[] = {{1min, 1, poll::purpose::live}, {5min, 1}};
    return budget_.intervals(each, now);
  }

  log_lines log_;
  request_budget budget_{settings(), *date::locate_zone("America/Bogota"), log_.writer()};
};

TEST_F(request_budgets, begin_anew_at_the_platforms_midnight) {
  spend("calls", 7);
  EXPECT_FALSE(budget_.begin_day_if_new(noon + 11h));
  EXPECT_EQ(budget_.spent_today("calls"), 7U);
  EXPECT_TRUE(budget_.begin_day_if_new(next_day));
  EXPECT_EQ(budget_.spent_today("calls"), 0U);
  EXPECT_EQ(budget_.left()->all, 3000);
  EXPECT_TRUE(budget_.take_unkept().empty()) << "yesterday is over";
}

TEST_F(request_budgets, are_full_again_after_midnight_before_token_info_says_so) {
  budget_.heard({.limit = 500, .used = 490, .remaining = 10});
  EXPECT_EQ(budget_.left()->all, 10);
  budget_.begin_day_if_new(next_day);
  EXPECT_EQ(budget_.left()->all, 500);
  EXPECT_EQ(budget_.quota()->used, 0);
}

TEST_F(request_budgets, count_from_what_token_info_last_said) {
  spend("calls", 100);
  EXPECT_EQ(budget_.left()->all, 2900);
  budget_.heard({.limit = 1000, .used = 300, .remaining = 700});
  EXPECT_EQ(budget_.left()->all, 700);
  spend("agents", 1);
  EXPECT_EQ(budget_.left()->all, 699);
}

TEST_F(request_budgets, take_up_what_an_earlier_process_spent_today_and_nothing_of_yesterday) {
  budget_.restore("2026-11-20", {{"calls", 50}});
  EXPECT_EQ(budget_.spent_today("calls"), 0U);
  budget_.restore("2026-11-21", {{"calls", 50}});
  EXPECT_EQ(budget_.spent_today("calls"), 50U);
  EXPECT_EQ(budget_.left()->all, 2950);
  EXPECT_TRUE(budget_.take_unkept().empty()) << "the ledger has it";
}

TEST_F(request_budgets, give_each_request_to_the_ledger_once) {
  spend("calls", 2);
  spend("cdr", 1);
  const auto unkept = budget_.take_unkept();
  ASSERT_EQ(unkept.size(), 2U);
  EXPECT_EQ(unkept[0].collector, "calls");
  EXPECT_EQ(unkept[0].day, "2026-11-21");
  EXPECT_EQ(unkept[0].requests, 2U);
  EXPECT_TRUE(budget_.take_unkept().empty());
}

TEST_F(request_budgets,
       keep_what_the_ledger_could_not_take_for_the_next_time_but_not_for_another_day) {
  spend("calls", 2);
  const auto refused = budget_.take_unkept().front();
  spend("calls", 1);
  budget_.put_back(refused);
  EXPECT_EQ(budget_.take_unkept().front().requests, 3U);
  budget_.begin_day_if_new(next_day);
  budget_.put_back(refused);
  EXPECT_TRUE(budget_.take_unkept().empty());
}

TEST_F(request_budgets, tell_once_that_they_are_spent_and_once_that_they_are_not) {
  EXPECT_THAT(intervals(), ElementsAre(1min, 5min));
  spend("agents", 2950);
  EXPECT_TRUE(budget_.is_kept_waiting("calls"));
  EXPECT_FALSE(budget_.is_kept_waiting("agents"));
  EXPECT_FALSE(budget_.is_kept_waiting("quota"));
  EXPECT_THAT(intervals(), ElementsAre(14min + 24s, 12h));
  intervals();
  EXPECT_THAT(log_.taken(),
              ElementsAre("level=warn msg=\"what may be spent of the day's requests is spent; "
                          "reports wait for the platform's midnight\" left_of_day=12h"));
  budget_.begin_day_if_new(next_day);
  EXPECT_THAT(intervals(next_day), ElementsAre(1min, 5min));
  EXPECT_THAT(log_.taken(), ElementsAre("level=info msg=\"there is budget again\" left_of_day=1d"));
}

TEST_F(request_budgets, are_told_beside_what_token_info_tells) {
  spend("calls", 100);
  collectors::outcome outcome;
  budget_.add_to(outcome, noon);
  ASSERT_EQ(outcome.live->samples.size(), 2U);
  EXPECT_EQ(outcome.live->samples[0].value, 2600) << "a tenth is for others";
  EXPECT_EQ(outcome.live->samples[1].value,
            static_cast<double>((noon + 12h).time_since_epoch().count()));
}

TEST(request_budget, without_a_known_limit_is_none) {
  log_lines log;
  request_budget budget({}, *date::locate_zone("UTC"), log.writer());
  budget.begin_day_if_new(noon);
  budget.spend("calls");
  EXPECT_FALSE(budget.left());
  EXPECT_FALSE(budget.is_kept_waiting("calls"));
  collectors::outcome outcome;
  budget.add_to(outcome, noon);
  EXPECT_EQ(outcome.live->samples.size(), 1U) << "the day's end alone";
}

}  // namespace
}  // namespace wolkvox::operation
