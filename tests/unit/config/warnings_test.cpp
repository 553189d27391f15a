// Warnings: the daily budget and codes that never settle.
#include "config/warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reading.hpp"

namespace wolkvox::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> warnings(std::string_view lines, std::string_view before = "") {
  return to_lines(accepted(with_operation(lines, before)).warnings);
}

TEST(requests_per_day, adds_up_what_the_enabled_collectors_ask) {
  // agents, skills, campaigns 3 x 1440; abandoned_calls, hold_mute, calls 3 x 288; cdr 144; quota
  // 96; names 24 x 3.
  EXPECT_DOUBLE_EQ(requests_per_day(first_operation(with_operation(""))), 5496);
  EXPECT_DOUBLE_EQ(requests_per_day(first_operation(with_operation(
                       "    collectors: {agents: {enabled: false}, names: {interval: 30m}}\n"))),
                   5496 - 1440 + 72);
}

TEST(budget_warning, is_given_from_the_first_request_that_does_not_fit) {
  // 5496 of 6000 x 0.916 = 5496, and of 6000 x 0.9159 = 5495.4.
  EXPECT_THAT(warnings("    licences: 6\n    budget: {reserve: 8.4%}\n"), IsEmpty());
  EXPECT_THAT(
      warnings("    licences: 6\n    budget: {reserve: 8.41%}\n"),
      ElementsAre(
          "t.yml:5:15: operations[0]: the intervals need 5496 requests a day, the budget is "
          "5495 (6000 less the reserve); polls will be spread out"));
}

TEST(budget_warning, needs_to_know_the_licences) {
  EXPECT_THAT(warnings("    collectors: {agents: {interval: 1s}}\n"), IsEmpty());
}

TEST(budget_warning, names_each_short_interval_where_it_is_written) {
  EXPECT_THAT(
      warnings("    licences: 5\n"
               "    collectors:\n"
               "      agents: {interval: 10s}\n"
               "      campaigns: {interval: 10s, enabled: false}\n",
               "defaults: {collectors: {skills: {interval: 59s}}}\n"),
      ElementsAre(
          "t.yml:1:44: operations[0].collectors.skills.interval: 59s is below 1m and the daily "
          "budget does not carry it",
          "t.yml:6:15: operations[0]: the intervals need 11281 requests a day, the budget is 4500 "
          "(5000 less the reserve); polls will be spread out",
          "t.yml:8:26: operations[0].collectors.agents.interval: 10s is below 1m and the daily "
          "budget does not carry it"));
}

TEST(budget_warning, is_not_given_for_short_intervals_that_the_budget_carries) {
  EXPECT_THAT(warnings("    licences: 1000\n    collectors: {agents: {interval: 1s}}\n"),
              IsEmpty());
}

TEST(budget_warning, is_given_to_each_operation_by_its_own_budget) {
  const auto result = accepted(
      "operations:\n"
      "  - {name: a, server: 0001, token_env: T, licences: 50}\n"
      "  - {name: b, server: 0002, token_env: T, licences: 2}\n");
  ASSERT_EQ(result.warnings.size(), 1U);
  EXPECT_EQ(result.warnings[0].key, "operations[1]");
}

TEST(codes_warning, is_given_where_rows_leave_the_lookback_before_they_settle) {
  EXPECT_THAT(warnings("    collectors: {calls: {lookback: 31m}}\n"), IsEmpty());
  EXPECT_THAT(warnings("    collectors: {calls: {lookback: 30m}}\n"),
              ElementsAre("t.yml:5:36: operations[0].collectors.calls.codes_settle: 30m is not "
                          "below the lookback of "
                          "30m; no codes would be counted"));
  EXPECT_THAT(warnings("    collectors: {calls: {lookback: 30m, codes_settle: 0}}\n"), IsEmpty());
  EXPECT_THAT(warnings("    collectors: {calls: {lookback: 30m, enabled: false}}\n"), IsEmpty());
}

TEST(zone_warning, is_given_where_the_sign_is_not_what_it_seems) {
  EXPECT_THAT(warnings("    timezone: Etc/GMT+5\n"), IsEmpty());
  EXPECT_THAT(
      warnings("    timezone: Etc/GMT-5\n"),
      ElementsAre("t.yml:5:15: operations[0].timezone: Etc/GMT-5 is 5 h ahead of UTC: signs "
                  "are reversed in these names; UTC-5 is Etc/GMT+5, or better the IANA name "
                  "of the place"));
}

}  // namespace
}  // namespace wolkvox::config
