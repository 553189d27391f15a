// cdr: what a row of cdr_1 adds, exactly, and what makes a row the same row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// All 20 fields, as observed (wolkvox-api.md 5.5).
constexpr std::string_view ivr_row =
    R"({"agent_name":"","date":"2026-11-21 11:07:28","destiny":"CELULAR",
  "telephone":"3001234567","cost":"1,234.56","time_seg":"51","time_min":"1","cod_act":"","cod_act_2":"",
  "description_cod_act":"","description_cod_act_2":"","type_interaction":"ivr-out","customer_id":"52000111",
  "hang_up":"customer","campaign_id":"0","conn_id":"ivr.1795280000.12","skill_id":"","skill_name":"",
  "agent_id":"900","comment":""})";

TEST(cdr, counts_calls_talk_billed_time_and_cost) {
  const auto result = sample_poll{}.read_rows("cdr", ivr_row);
  const std::string who = R"({agent_id="900",skill_id="",campaign_id="",interaction="ivr-out")";
  EXPECT_THAT(contribution_lines(result),
              ElementsAre("wolkvox_cdr_calls_total" + who + R"(,hung_up="customer"} 1)",
                          "wolkvox_cdr_talk_seconds_total" + who + "} 51",
                          "wolkvox_cdr_billed_seconds_total" + who + "} 60",
                          "wolkvox_cdr_cost_total" + who + R"(,currency="COP"} 1234.56)"));
  EXPECT_EQ(result.contributions.back().amount.micros(), 1'234'560'000);
  EXPECT_EQ(result.counted.at(0).at, noon() - std::chrono::seconds{(52 * 60) + 32});
  EXPECT_THAT(result.field_errors, IsEmpty());
  EXPECT_THAT(result.seen.all(metrics::named_thing::agent), IsEmpty())
      << "a routing number has no name";
}

TEST(cdr, learns_the_names_that_rows_carry) {
  const auto seen =
      sample_poll{}
          .read_rows("cdr", R"({"conn_id":"1","agent_id":"5","agent_name":"Ana","skill_id":"7",
                                              "skill_name":"Ventas"})")
          .seen;
  EXPECT_THAT(seen.all(metrics::named_thing::agent), UnorderedElementsAre(Pair("5", "Ana")));
  EXPECT_THAT(seen.all(metrics::named_thing::skill), UnorderedElementsAre(Pair("7", "Ventas")));
}

TEST(cdr, counts_the_call_without_the_amounts_it_cannot_read) {
  const auto result = sample_poll{}.read_rows(
      "cdr",
      R"({"conn_id":"1","time_seg":"x","time_min":"-1","cost":"free"},{"conn_id":"2","time_min":"1e30"},
                {"conn_id":"3","time_min":"999999999999"})");
  EXPECT_EQ(result.counted.size(), 3U);
  EXPECT_EQ(result.contributions.size(), 5U) << "the calls, and talk of 0 so far";
  EXPECT_THAT(result.field_errors,
              UnorderedElementsAre(Pair("time_seg", 1), Pair("time_min", 3), Pair("cost", 1)));
}

TEST(cdr, shows_a_free_call_at_cost_0) {
  const auto result =
      sample_poll{}.read_rows("cdr", R"({"conn_id":"1","cost":"0.00","time_min":"0.5"})");
  ASSERT_EQ(result.contributions.size(), 4U);
  EXPECT_EQ(result.contributions[2].amount, metrics::quantity::from_count(30));
  EXPECT_EQ(result.contributions[3].amount, metrics::quantity{});
}

TEST(cdr, drops_the_labels_that_are_configured_away) {
  sample_poll poll;
  poll.context.settings.labels = {.agent = false, .skill = false, .campaign = true};
  EXPECT_THAT(
      contribution_lines(
          poll.read_rows("cdr", R"({"conn_id":"1","campaign_id":"12","time_seg":"1"})")),
      ElementsAre(R"(wolkvox_cdr_calls_total{campaign_id="12",interaction="",hung_up=""} 1)",
                  R"(wolkvox_cdr_talk_seconds_total{campaign_id="12",interaction=""} 1)"));
}

metrics::ledger_row only_row(std::string_view fields) {
  return sample_poll{}.read_rows("cdr", fmt::format("{{{}}}", fields)).counted.at(0);
}

TEST(cdr_identity, stays_while_amounts_are_revised) {
  const std::string_view leg =
      R"("conn_id":"c1","agent_id":"1","skill_id":"7","type_interaction":"inbound")";
  const auto first = only_row(leg);
  for (const auto* revised : {R"("time_seg":"1")", R"("time_min":"1")", R"("cost":"1")",
                              R"("hang_up":"agent")", R"("campaign_id":"4")"}) {
    const auto row = only_row(fmt::format("{},{}", leg, revised));
    EXPECT_EQ(row.id, first.id) << revised;
    EXPECT_NE(row.fingerprint, first.fingerprint) << revised;
  }
  const auto moved = only_row(fmt::format(R"({},"date":"2026-11-21 10:00:00","cod_act":"A")", leg));
  EXPECT_EQ(moved.id, first.id);
  EXPECT_EQ(moved.fingerprint, first.fingerprint);
}

TEST(cdr_identity, is_the_conn_id_and_whom_a_row_is_about_may_be_corrected) {
  const auto first =
      only_row(R"("conn_id":"c1","agent_id":"1","skill_id":"7","type_interaction":"inbound")");
  const auto corrected =
      only_row(R"("conn_id":"c1","agent_id":"2","skill_id":"7","type_interaction":"inbound")");
  EXPECT_EQ(corrected.id, first.id);
  EXPECT_NE(corrected.fingerprint, first.fingerprint);
  EXPECT_NE(
      only_row(R"("conn_id":"c2","agent_id":"1","skill_id":"7","type_interaction":"inbound")").id,
      first.id);
}

TEST(cdr_identity, without_a_conn_id_is_the_date_and_whom_it_is_about) {
  const auto first =
      only_row(R"("agent_id":"1","date":"2026-11-21 11:00:00","time_seg":"5","cost":"1")");
  const auto filled_in =
      only_row(R"("agent_id":"1","date":"2026-11-21 11:00:00","time_seg":"5","cost":"2")");
  EXPECT_EQ(filled_in.id, first.id);
  EXPECT_NE(filled_in.fingerprint, first.fingerprint);
  EXPECT_NE(only_row(R"("agent_id":"1","date":"2026-11-21 11:00:01","time_seg":"5")").id, first.id);
}

}  // namespace
}  // namespace wolkvox::collectors
