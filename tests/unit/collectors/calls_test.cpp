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
  ASSERT_EQ(result.counted.size(), 2U);
  EXPECT_THAT(
      row_lines(result, 0),
      ElementsAre(
          R"(wolkvox_calls_total{agent_id="12345",skill_id="77",campaign_id="12",interaction="inbound",hung_up="customer"} 1)",
          R"(wolkvox_call_duration_seconds{skill_id="77",campaign_id="12",interaction="inbound"} 215)"));
  EXPECT_THAT(
      row_lines(result, 1),
      ElementsAre(
          R"(wolkvox_call_codes_total{skill_id="77",campaign_id="12",code="VENTA",code_2=""} 1)"));
  EXPECT_EQ(result.counted[0].at, noon() - std::chrono::hours{1});
  EXPECT_EQ(result.counted[0].tell, metrics::telling::told);
  EXPECT_EQ(result.counted[1].tell, metrics::telling::silent);
  EXPECT_NE(result.counted[0].id, result.counted[1].id);
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
          R"(wolkvox_calls_total{agent_id="",skill_id="",campaign_id="",interaction="",hung_up=""} 1)"));
  EXPECT_THAT(result.field_errors, IsEmpty());
}

TEST(calls, counts_codes_once_the_call_is_old_enough) {
  const auto codes_of = [](std::string_view date) {
    return sample_poll{}
               .read_rows("calls",
                          fmt::format(R"({{"conn_id":"1","date":"{}","cod_act_2":"B"}})", date))
               .counted.size() -
           1;
  };
  EXPECT_EQ(codes_of("2026-11-21 11:29:59"), 1U);
  EXPECT_EQ(codes_of("2026-11-21 11:30:00"), 0U);
  EXPECT_EQ(codes_of("2026-11-21 11:59:00"), 0U);
  EXPECT_EQ(codes_of("2026-11-21 12:30:00"), 0U) << "a date ahead of the clock";
}

TEST(calls, counts_no_codes_where_there_are_none) {
  const auto result = sample_poll{}.read_rows(
      "calls", R"({"conn_id":"1","date":"2026-11-21 11:00:00","cod_act":"-","cod_act_2":""})");
  EXPECT_EQ(result.counted.size(), 1U);
}

TEST(calls, takes_the_window_for_a_date_it_cannot_read) {
  const sample_poll poll;
  const auto result = poll.read_rows("calls", R"({"conn_id":"1","date":"2026-02-30 11:00:00"})");
  EXPECT_EQ(result.counted.at(0).at, poll.context.window->begin);
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
  EXPECT_EQ(result.contributions.size(), 5U);
  EXPECT_EQ(result.contributions.back().amount, metrics::quantity::from_count(60));
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("duration", 2)));
}

TEST(calls, takes_ids_as_the_platform_gives_them) {
  const auto result = sample_poll{}.read_rows(
      "calls",
      R"({"conn_id":"1","agent_id":"123-Ana Ruiz","skill_id":"077","campaing_id":"0","hang_up":"AGENT",
                   "type_interaction":"Internal  Call_que"})");
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
  const std::string_view row = R"({"conn_id":"1","agent_name":"Ana Ruiz"})";
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
  EXPECT_THAT(contribution_lines(poll.read_rows(
                  "calls", R"({"conn_id":"1","agent_id":"7","agent_name":"Ana Ruiz"})")),
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

TEST(calls_identity, differs_between_the_legs_of_a_transfer) {
  const auto first = only_row(leg);
  for (const auto* other : {R"("conn_id":"c1","agent_id":"2","skill":"7","type_call":"inbound")",
                            R"("conn_id":"c1","agent_id":"1","skill":"8","type_call":"inbound")",
                            R"("conn_id":"c1","agent_id":"1","skill":"7","type_call":"transfer")",
                            R"("conn_id":"c2","agent_id":"1","skill":"7","type_call":"inbound")"}) {
    EXPECT_NE(only_row(other).id, first.id) << other;
  }
}

TEST(calls_identity, differs_between_fields_that_read_alike_in_a_row) {
  EXPECT_NE(only_row(R"("conn_id":"c1","agent_id":"1","skill":"")").id,
            only_row(R"("conn_id":"c1","agent_id":"","skill":"1")").id);
}

TEST(calls_identity, without_a_conn_id_is_all_that_is_stable) {
  const std::string_view row = R"("agent_id":"1","date":"2026-11-21 11:40:00","duration":"10")";
  EXPECT_EQ(only_row(row).id, only_row(fmt::format(R"({},"cod_act":"A")", row)).id)
      << "codes are edited";
  EXPECT_NE(only_row(row).id,
            only_row(R"("agent_id":"1","date":"2026-11-21 11:40:01","duration":"10")").id);
  EXPECT_NE(only_row(row).id,
            only_row(R"("agent_id":"1","date":"2026-11-21 11:40:00","duration":"11")").id);
}

TEST(calls_identity, of_codes_stays_when_they_are_edited_and_their_fingerprint_tells) {
  const auto codes = [](std::string_view code) {
    return sample_poll{}
        .read_rows("calls",
                   fmt::format(R"({{{},"date":"2026-11-21 10:00:00","cod_act":"{}"}})", leg, code))
        .counted.at(1);
  };
  EXPECT_EQ(codes("A").id, codes("B").id);
  EXPECT_NE(codes("A").fingerprint, codes("B").fingerprint);
}

}  // namespace
}  // namespace wolkvox::collectors
