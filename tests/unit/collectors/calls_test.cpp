// calls: what a row of agents_detail adds, when its codes count, what makes a row the same row.
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

constexpr std::string_view full_row =
    R"({"operation":"acme","conn_id":"12345.7.1795280000.1","type_call":"Inbound",
  "date":"2026-11-21 11:00:00","agent_id":"12345","agent_name":"Ana Ruiz","skill":"77","duration":"215",
  "cod_act":"VENTA","cod_act_2":"-","telephone":"3001234567","hung_up":"customer","comment":"llamar","screecbox":"no",
  "agent_status":"Ready","customer_id":"52000111","destiny":"3001234567","time":"00:04:00","campaign_id":"12"})";

TEST(calls, counts_a_row_its_duration_and_its_settled_codes) {
  const auto result = sample_poll{}.read_rows("calls", full_row);
  ASSERT_EQ(result.counted.size(), 1U);
  EXPECT_THAT(
      row_lines(result, 0),
      ElementsAre(
          R"(wolkvox_calls_total{agent_id="12345",skill_id="77",campaign_id="12",interaction="inbound",hung_up="customer"} 1)",
          R"(wolkvox_call_duration_seconds{skill_id="77",campaign_id="12",interaction="inbound"} 215)",
          R"(wolkvox_call_codes_total{skill_id="77",campaign_id="12",code="VENTA",code_2=""} 1)"));
  EXPECT_EQ(result.counted[0].at, noon() - std::chrono::hours{1});
  EXPECT_EQ(result.rows, 1U);
  EXPECT_THAT(result.field_errors, IsEmpty());
  EXPECT_THAT(result.seen.all(metrics::named_thing::agent),
              UnorderedElementsAre(Pair("12345", "Ana Ruiz")));
}

TEST(calls, counts_a_row_that_says_nothing) {
  const auto result = sample_poll{}.read_rows(
      "calls",
      R"({"conn_id":"","type_call":"-","date":" ","agent_id":null,"skill":"--","duration":"N/A"})");
  EXPECT_THAT(
      contribution_lines(result),
      ElementsAre(
          R"(wolkvox_calls_total{agent_id="",skill_id="",campaign_id="",interaction="",hung_up=""} 1)",
          R"(wolkvox_call_duration_seconds{skill_id="",campaign_id="",interaction=""} 0)"));
  EXPECT_THAT(result.field_errors, IsEmpty());
}

TEST(calls, counts_codes_once_the_call_is_old_enough) {
  const auto has_codes = [](std::string_view date) {
    const auto result = sample_poll{}.read_rows(
        "calls", fmt::format(R"({{"conn_id":"1","skill":"7","date":"{}","cod_act_2":"B"}})", date));
    return contribution_lines(result).back().contains("wolkvox_call_codes_total");
  };
  EXPECT_TRUE(has_codes("2026-11-21 11:29:59"));
  EXPECT_FALSE(has_codes("2026-11-21 11:30:00"));
  EXPECT_FALSE(has_codes("2026-11-21 11:59:00"));
  EXPECT_FALSE(has_codes("2026-11-21 12:30:00")) << "a date ahead of the clock";
}

TEST(calls, counts_no_codes_where_there_are_none) {
  const auto result = sample_poll{}.read_rows(
      "calls",
      R"({"conn_id":"1","date":"2026-11-21 11:00:00","duration":"1","cod_act":"-","cod_act_2":""})");
  EXPECT_EQ(result.contributions.size(), 2U);
}

TEST(calls, waits_half_an_hour_for_a_row_that_says_neither_who_nor_how_long) {
  const auto counts = [](std::string_view fields) {
    const auto result = sample_poll{}.read_rows("calls", fmt::format("{{{}}}", fields));
    EXPECT_EQ(result.counted.size() + result.ignored.size(), 1U);
    return result.ignored.contains("unfinished") ? 0 : result.contributions.size();
  };
  EXPECT_EQ(counts(R"("conn_id":"1","date":"2026-11-21 11:30:01","duration":"0")"), 0U);
  EXPECT_EQ(counts(R"("conn_id":"1","date":"2026-11-21 11:30:00","duration":"0")"), 2U)
      << "then it counts under \"\", and its duration of 0 is observed";
  EXPECT_EQ(counts(R"("conn_id":"1","date":"2026-11-21 11:59:00","agent_id":"5")"), 1U);
  EXPECT_EQ(counts(R"("conn_id":"1","date":"2026-11-21 11:59:00","skill":"7")"), 1U);
  EXPECT_EQ(counts(R"("conn_id":"1","date":"2026-11-21 11:59:00","duration":"1")"), 2U);
  EXPECT_EQ(counts(R"("conn_id":"1","date":"2026-11-21 11:59:00","duration":"long")"), 1U);
  EXPECT_EQ(counts(R"("conn_id":"1","date":"nobody knows")"), 2U) << "as old as may be";
}

TEST(calls, observes_a_duration_of_0_only_when_it_will_not_be_filled_in_any_more) {
  const auto observed = [](std::string_view date) {
    return sample_poll{}
        .read_rows("calls", fmt::format(R"({{"conn_id":"1","skill":"7","date":"{}"}})", date))
        .contributions.size();
  };
  EXPECT_EQ(observed("2026-11-21 11:30:01"), 1U);
  EXPECT_EQ(observed("2026-11-21 11:30:00"), 2U);
}

TEST(calls, counts_a_row_whose_date_cannot_be_read) {
  const auto result =
      sample_poll{}.read_rows("calls", R"({"conn_id":"1","date":"2026-02-30 11:00:00"})");
  EXPECT_EQ(result.counted.at(0).date, metrics::no_date);
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("date", 1)));
}

TEST(calls, reads_both_forms_of_a_date) {
  const auto result = sample_poll{}.read_rows(
      "calls",
      R"({"conn_id":"1","date":"2026-11-21 11:00:00"},{"conn_id":"2","date":"20261121110000"})");
  EXPECT_EQ(result.counted.at(0).at, noon() - std::chrono::hours{1});
  EXPECT_EQ(result.counted.at(1).at, noon() - std::chrono::hours{1});
}

TEST(calls, counts_a_call_whose_duration_is_unreadable_but_observes_nothing) {
  const auto result = sample_poll{}.read_rows(
      "calls", R"({"conn_id":"1","duration":"long"},{"conn_id":"2","duration":"99999999999"},
                  {"conn_id":"3","time":"00:01:00"},{"conn_id":"4","duration":"00:01:00"})");
  EXPECT_EQ(result.counted.size(), 4U);
  EXPECT_EQ(result.contributions.size(), 6U) << "without a duration: 0";
  EXPECT_EQ(result.contributions.back().amount, metrics::quantity::from_count(60));
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("duration", 2)));
}

TEST(calls, takes_ids_as_the_platform_gives_them) {
  const auto result = sample_poll{}.read_rows(
      "calls",
      R"({"conn_id":"1","agent_id":"123-Ana Ruiz","skill_id":"077","campaing_id":"0","hang_up":"AGENT",
                   "type_interaction":"Internal  Call_que","duration":"long"})");
  EXPECT_THAT(
      contribution_lines(result),
      ElementsAre(
          R"(wolkvox_calls_total{agent_id="123",skill_id="077",campaign_id="",interaction="internal call_que",hung_up="agent"} 1)"));
}

TEST(calls, drops_the_labels_that_are_configured_away) {
  sample_poll poll;
  poll.context.settings.labels = {.agent = false, .skill = true, .campaign = false};
  EXPECT_THAT(
      contribution_lines(poll.read_rows("calls", full_row)),
      ElementsAre(
          R"(wolkvox_calls_total{skill_id="77",interaction="inbound",hung_up="customer"} 1)",
          R"(wolkvox_call_duration_seconds{skill_id="77",interaction="inbound"} 215)",
          R"(wolkvox_call_codes_total{skill_id="77",code="VENTA",code_2=""} 1)"));
}

TEST(calls, name_who_has_no_id_only_as_configured) {
  sample_poll poll;
  poll.context.settings.labels = {.agent = true, .skill = false, .campaign = false};
  const std::string_view row = R"({"conn_id":"1","agent_name":"Ana Ruiz","duration":"long"})";
  EXPECT_THAT(
      contribution_lines(poll.read_rows("calls", row)),
      ElementsAre(
          R"(wolkvox_calls_total{agent_id="",agent="Ana Ruiz",interaction="",hung_up=""} 1)"));
  poll.agents_shown = config::agent_names::hide;
  EXPECT_THAT(contribution_lines(poll.read_rows("calls", row)),
              ElementsAre(R"(wolkvox_calls_total{agent_id="",interaction="",hung_up=""} 1)"));
}

TEST(calls, of_a_team_tell_no_agent) {
  sample_poll poll;
  poll.who = config::people::team;
  poll.context.settings.labels = {.agent = true, .skill = false, .campaign = false};
  EXPECT_THAT(
      contribution_lines(poll.read_rows(
          "calls", R"({"conn_id":"1","agent_id":"7","agent_name":"Ana Ruiz","duration":"long"})")),
      ElementsAre(R"(wolkvox_calls_total{interaction="",hung_up=""} 1)"));
}

metrics::ledger_row only_row(std::string_view fields) {
  return sample_poll{}.read_rows("calls", fmt::format("{{{}}}", fields)).counted.at(0);
}

constexpr std::string_view leg =
    R"("conn_id":"c1","agent_id":"1","skill":"7","type_call":"inbound")";

TEST(calls_identity, does_not_depend_on_what_may_change) {
  const auto first =
      only_row(fmt::format(R"({},"date":"2026-11-21 11:00:00","duration":"10")", leg));
  const struct {
    std::string_view fields;
    bool revised;
  } again[] = {
      {R"("date":"2026-11-21 11:00:00","duration":"10")", false},
      {R"("date":"2026-11-21 11:05:00","duration":"10")", false},
      {R"("date":"2026-11-21 11:00:00","duration":"00:10","comment":"x","agent_name":"Ana")",
       false},
      {R"("duration":"10","hung_up":"agent")", true},
      {R"("duration":"11")", true},
      {R"("duration":"10","campaign_id":"3")", true}};
  for (const auto& [fields, revised] : again) {
    const auto row = only_row(fmt::format("{},{}", leg, fields));
    EXPECT_EQ(row.id, first.id) << fields;
    EXPECT_EQ(row.fingerprint != first.fingerprint, revised) << fields;
  }
}

TEST(calls_identity, is_the_conn_id_and_what_the_row_says_may_be_corrected) {
  const auto first = only_row(leg);
  for (const auto* other :
       {R"("conn_id":"c1","agent_id":"2","skill":"7","type_call":"inbound")",
        R"("conn_id":"c1","agent_id":"1","skill":"8","type_call":"inbound")",
        R"("conn_id":"c1","agent_id":"1","skill":"7","type_call":"transfer")"}) {
    const auto row = only_row(other);
    EXPECT_EQ(row.id, first.id) << other;
    EXPECT_NE(row.fingerprint, first.fingerprint) << other;
    EXPECT_NE(row.bearer, first.bearer) << other;
  }
  EXPECT_NE(only_row(R"("conn_id":"c2","agent_id":"1","skill":"7","type_call":"inbound")").id,
            first.id);
}

TEST(calls_identity, says_apart_what_reads_alike_in_a_row) {
  EXPECT_NE(only_row(R"("conn_id":"c1","agent_id":"1","skill":"")").bearer,
            only_row(R"("conn_id":"c1","agent_id":"","skill":"1")").bearer);
}

TEST(calls_identity, without_a_conn_id_is_the_date_and_whom_it_is_about) {
  for (const std::string_view none : {"", "-", "0", "0000", "null", "NULL", "N/A", "undefined"}) {
    const auto id = [none](std::string_view fields) {
      return only_row(fmt::format(R"("conn_id":"{}",{})", none, fields)).id;
    };
    const auto first = id(R"("agent_id":"1","date":"2026-11-21 11:20:00","duration":"10")");
    EXPECT_EQ(id(R"("agent_id":"1","date":"2026-11-21 11:20:00","duration":"11","cod_act":"A")"),
              first)
        << "what is filled in later is no part of it: " << none;
    EXPECT_NE(id(R"("agent_id":"1","date":"2026-11-21 11:20:01","duration":"10")"), first) << none;
    EXPECT_NE(id(R"("agent_id":"2","date":"2026-11-21 11:20:00","duration":"10")"), first) << none;
    EXPECT_EQ(
        id(R"("agent_id":"1","date":"2026-11-21 11:20:00","telephone":"300","customer_id":"5")"),
        first)
        << "nothing of a customer enters it: " << none;
  }
}

TEST(calls_rows, that_differ_anywhere_have_another_text) {
  const auto rows = sample_poll{}
                        .read_rows("calls", R"({"conn_id":"0","telephone":"1","x":[1]},
                             {"conn_id":"0","telephone":"2","x":[1]},{"conn_id":"0","telephone":"1","x":[2]},
                             {"conn_id":"0","telephone":"1","x":[1]})")
                        .counted;
  EXPECT_NE(rows[0].text, rows[1].text);
  EXPECT_NE(rows[0].text, rows[2].text) << "in a list that no field reads";
  EXPECT_EQ(rows[0].text, rows[3].text);
  EXPECT_EQ(rows[0].fingerprint, rows[1].fingerprint);
}

}  // namespace
}  // namespace wolkvox::collectors
