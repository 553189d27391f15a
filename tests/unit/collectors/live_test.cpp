// agents, skills, campaigns: what live tables hold after answers in every wire form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::string_view full_agent =
    R"({"agent_id":"12345","agent_name":"Ana  Ruiz","agent_status":" Ready ",
  "calls":"1,240","inbound":"1,234","outbound":5,"internal":"1","time_state_now":"215","ready_time":"01:00:00",
  "inbound_time":"100:00:01","outbound_time":"4:38:08","acw_time":"05:12","ring_time":"00:00:59",
  "login_time":"23:59:59","aht_time":"00:03:20","ocupation":"15,233.33 %","aux_time":"0"})";

TEST(agents, reads_every_field_of_a_row) {
  const auto result = sample_poll{}.read_rows("agents", full_agent);
  const std::string who = R"({agent_id="12345",agent="Ana Ruiz")";
  EXPECT_THAT(live_lines(result),
              UnorderedElementsAre(
                  "wolkvox_agent_status" + who + R"(,status="Ready"} 1)",
                  "wolkvox_agent_status_seconds" + who + "} 215",
                  "wolkvox_agent_calls_total" + who + R"(,direction="inbound"} 1234)",
                  "wolkvox_agent_calls_total" + who + R"(,direction="outbound"} 5)",
                  "wolkvox_agent_calls_total" + who + R"(,direction="internal"} 1)",
                  "wolkvox_agent_talk_seconds_total" + who + R"(,direction="inbound"} 360001)",
                  "wolkvox_agent_talk_seconds_total" + who + R"(,direction="outbound"} 16688)",
                  "wolkvox_agent_ready_seconds_total" + who + "} 3600",
                  "wolkvox_agent_acw_seconds_total" + who + "} 312",
                  "wolkvox_agent_ring_seconds_total" + who + "} 59",
                  "wolkvox_agent_aux_seconds_total" + who + "} 0",
                  "wolkvox_agent_login_seconds_total" + who + "} 86399",
                  "wolkvox_agent_average_handle_seconds" + who + "} 200",
                  "wolkvox_agent_occupancy_ratio" + who + "} 152.3333",
                  R"(wolkvox_agents{status="Ready"} 1)"));
  EXPECT_EQ(result.rows, 1U);
  EXPECT_THAT(result.field_errors, IsEmpty());
  EXPECT_THAT(result.ignored, IsEmpty());
}

TEST(agents, leaves_fillers_and_missing_fields_out) {
  const auto result = sample_poll{}.read_rows(
      "agents",
      R"({"agent_id":"1","agent_name":"-","agent_status":"","inbound":null,"ready_time":"--"})");
  EXPECT_THAT(live_lines(result), IsEmpty());
  EXPECT_EQ(result.live->entities(), 1U);
  EXPECT_THAT(result.field_errors, IsEmpty());
}

TEST(agents, counts_unreadable_values_by_field_and_never_shows_them_as_0) {
  const auto result = sample_poll{}.read_rows(
      "agents",
      R"({"agent_id":"1","inbound":"many","outbound":"-3","ready_time":"soon","ocupation":"high"},
                   {"agent_id":"2","inbound":"1.5"})");
  EXPECT_THAT(live_lines(result), IsEmpty());
  EXPECT_THAT(result.field_errors,
              UnorderedElementsAre(Pair("inbound", 2), Pair("outbound", 1), Pair("ready_time", 1),
                                   Pair("ocupation", 1)));
}

TEST(agents, drops_a_login_date_and_an_occupancy_in_time_without_an_error) {
  const auto result = sample_poll{}.read_rows(
      "agents", R"({"agent_id":"1","login_time":"2026-11-21 08:00:00","ocupation":"01:02:03"})");
  EXPECT_THAT(live_lines(result), IsEmpty());
  EXPECT_THAT(result.field_errors, IsEmpty());
}

TEST(agents, reads_the_other_spelling_of_a_field) {
  const auto result =
      sample_poll{}.read_rows("agents", R"({"AGENT_ID ":"1","Occupancy":"0 %","aht":"10"})");
  EXPECT_THAT(
      live_lines(result),
      UnorderedElementsAre(R"(wolkvox_agent_occupancy_ratio{agent_id="1",agent="1"} 0)",
                           R"(wolkvox_agent_average_handle_seconds{agent_id="1",agent="1"} 10)"));
}

TEST(agents, takes_the_digits_of_an_id_that_bears_the_name) {
  const auto result =
      sample_poll{}.read_rows("agents", R"({"agent_id":"123-Ana Ruiz","inbound":"1"})");
  EXPECT_THAT(live_lines(result), Contains(HasSubstr(R"(agent_id="123",)")));
}

TEST(agents, ignores_rows_without_id_and_second_rows_of_an_agent) {
  const auto result = sample_poll{}.read_rows(
      "agents",
      R"({"agent_name":"Nobody","agent_status":"Ready"},{"agent_id":"1","agent_status":"ACW"},
                   {"agent_id":"1","agent_status":"Ready"})");
  EXPECT_EQ(result.rows, 3U);
  EXPECT_THAT(result.ignored, UnorderedElementsAre(Pair("no_id", 1), Pair("duplicate", 1)));
  EXPECT_THAT(live_lines(result),
              ElementsAre(R"(wolkvox_agent_status{agent_id="1",agent="1",status="ACW"} 1)",
                          R"(wolkvox_agents{status="ACW"} 1)"));
}

TEST(agents, keeps_a_status_once_seen_at_0) {
  sample_poll poll;
  const auto first = poll.read_rows("agents", R"({"agent_id":"1","agent_status":"Capacitación"},
                                                 {"agent_id":"2","agent_status":"READY"},
                                                 {"agent_id":"3","agent_status":"READY"})");
  EXPECT_THAT(first.statuses_seen, ElementsAre("Capacitación", "READY"));
  EXPECT_THAT(live_lines(first), IsSupersetOf({R"(wolkvox_agents{status="Capacitación"} 1)",
                                               R"(wolkvox_agents{status="READY"} 2)"}));
  poll.context.statuses_seen = first.statuses_seen;
  const auto second = poll.read_rows("agents", R"({"agent_id":"1","agent_status":"Logout"})");
  EXPECT_THAT(second.live->samples.size(), 3U);
  EXPECT_THAT(live_lines(second), IsSupersetOf({R"(wolkvox_agents{status="Capacitación"} 0)",
                                                R"(wolkvox_agents{status="READY"} 0)",
                                                R"(wolkvox_agents{status="Logout"} 1)"}));
  EXPECT_THAT(second.statuses_seen, ElementsAre("Capacitación", "Logout", "READY"));
}

TEST(agents, are_spelled_as_the_directory_does) {
  sample_poll poll;
  poll.names.learn(metrics::named_thing::agent, "1", "José Peña");
  const auto result = poll.read_rows("agents", R"({"agent_id":"1","agent_name":"JOSE  PENA",
                                                   "agent_status":"READY"})");
  EXPECT_THAT(live_lines(result), testing::Contains(testing::HasSubstr("agent=\"José Peña\"")));
}

TEST(agents, takes_a_missing_name_from_the_directory) {
  sample_poll poll;
  poll.names.learn(metrics::named_thing::agent, "1", "José Peña");
  const auto result = poll.read_rows("agents", R"({"agent_id":"1","inbound":"1"})");
  EXPECT_THAT(live_lines(result), Contains(HasSubstr(R"(agent="José Peña")")));
}

TEST(agents, shows_no_name_where_names_are_hidden_or_hashed) {
  for (const auto choice : {config::agent_names::hide, config::agent_names::hash}) {
    sample_poll poll;
    poll.agents_shown = choice;
    for (const auto& line : live_lines(poll.read_rows("agents", full_agent))) {
      EXPECT_THAT(line, Not(HasSubstr("Ana")));
    }
  }
}

TEST(agents, shows_no_id_that_may_be_a_name_where_names_are_not_shown) {
  for (const auto choice : {config::agent_names::hide, config::agent_names::hash}) {
    sample_poll poll;
    poll.agents_shown = choice;
    const auto result = poll.read_rows(
        "agents", R"({"agent_id":"ana.ruiz","agent_name":"Ana","agent_status":"READY"})");
    EXPECT_THAT(live_lines(result), Not(Contains(HasSubstr("ana.ruiz"))));
    EXPECT_THAT(live_lines(result), Contains(HasSubstr("wolkvox_agent_status{agent_id=")));
    EXPECT_EQ(result.seen.find(metrics::named_thing::agent, "ana.ruiz"), std::nullopt);
  }
}

TEST(agents, shows_of_a_team_how_many_are_in_each_status) {
  sample_poll poll;
  poll.who = config::people::team;
  EXPECT_THAT(live_lines(poll.read_rows("agents", full_agent)),
              ElementsAre(HasSubstr("wolkvox_agents{status=")));
}

TEST(agents, learns_names_but_not_other_spellings_of_known_ones) {
  sample_poll poll;
  poll.names.learn(metrics::named_thing::agent, "1", "José Peña");
  poll.names.learn(metrics::named_thing::agent, "2", "Eva Old");
  const auto result = poll.read_rows("agents", R"({"agent_id":"1","agent_name":"JOSE  PENA"},
                                                  {"agent_id":"2","agent_name":"Eva New"},
                                                  {"agent_id":"3","agent_name":"Luz"})");
  EXPECT_THAT(result.seen.all(metrics::named_thing::agent),
              UnorderedElementsAre(Pair("2", "Eva New"), Pair("3", "Luz")));
}

TEST(agents, accepts_an_answer_without_rows) {
  const auto result =
      sample_poll{}.read("agents", {R"({"code":"404","error":"Not Found","msg":"Validate"})"});
  EXPECT_EQ(result.rows, 0U);
  EXPECT_EQ(result.live->entities(), 0U);
}

constexpr std::string_view full_skill =
    R"({"skill_id":"77","skill_name":"Ventas","calls_in_queue_now":"3",
  "stat_inbound":"1,200","stat_answer":"1000","stat_abandon":"200","service_level_10seg":"10 %",
  "service_level_20seg":"34.64 %","service_level_30seg":"1.62%","service_level_45seg":"90 %",
  "service_level_0seg":"0 %","by_abandon":"16.67 %"})";

TEST(skills, reads_every_field_of_a_row) {
  const auto result = sample_poll{}.read_rows("skills", full_skill);
  const std::string which = R"({skill_id="77",skill="Ventas")";
  EXPECT_THAT(
      live_lines(result),
      ElementsAre("wolkvox_skill_queue_calls" + which + "} 3",
                  "wolkvox_skill_offered_calls_total" + which + "} 1200",
                  "wolkvox_skill_answered_calls_total" + which + "} 1000",
                  "wolkvox_skill_abandoned_calls_total" + which + "} 200",
                  "wolkvox_skill_abandonment_ratio" + which + "} 0.1667",
                  "wolkvox_skill_service_level_ratio" + which + R"(,threshold="10"} 0.1)",
                  "wolkvox_skill_service_level_ratio" + which + R"(,threshold="20"} 0.3464)",
                  "wolkvox_skill_service_level_ratio" + which + R"(,threshold="30"} 0.0162)"));
  EXPECT_THAT(result.field_errors, IsEmpty());
  EXPECT_THAT(result.seen.all(metrics::named_thing::skill),
              UnorderedElementsAre(Pair("77", "Ventas")));
}

TEST(skills, asks_for_and_reads_a_threshold_of_its_own) {
  sample_poll poll;
  poll.context.settings.service_level_threshold = std::chrono::seconds{45};
  const auto asked = poll.queries("skills");
  EXPECT_THAT(asked[0].parameters,
              ElementsAre(Pair("skill_id", "all"), Pair("services_time", "45")));
  EXPECT_THAT(
      live_lines(poll.read_rows("skills", full_skill)),
      Contains(
          R"(wolkvox_skill_service_level_ratio{skill_id="77",skill="Ventas",threshold="45"} 0.9)"));
}

TEST(skills, does_not_ask_for_thresholds_that_are_always_answered) {
  for (const int seconds : {0, 10, 20, 30}) {
    sample_poll poll;
    poll.context.settings.service_level_threshold = std::chrono::seconds{seconds};
    EXPECT_THAT(poll.queries("skills")[0].parameters, ElementsAre(Pair("skill_id", "all")))
        << seconds;
  }
}

TEST(skills, counts_an_unreadable_own_threshold_by_its_name) {
  sample_poll poll;
  poll.context.settings.service_level_threshold = std::chrono::seconds{45};
  const auto result = poll.read_rows("skills", R"({"skill_id":"1","service_level_45seg":"good"})");
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("service_level_45seg", 1)));
}

TEST(skills, ignores_rows_without_id_and_second_rows_of_a_skill) {
  const auto result = sample_poll{}.read_rows(
      "skills",
      R"({"skill_name":"Ventas"},{"skill_id":"1","stat_inbound":"5"},{"skill_id":"1","stat_inbound":"6"})");
  EXPECT_THAT(result.ignored, UnorderedElementsAre(Pair("no_id", 1), Pair("duplicate", 1)));
  EXPECT_THAT(live_lines(result), ElementsAre(HasSubstr("} 5")));
}

constexpr std::string_view full_campaign =
    R"({"campaign":"12 - Cobranza Ñ - predictive","speed":"1.5",
  "status":"Started","skill_id":"77","records":"10,000","clean":"9000","dial":"800","answer":"300","no_answer":"250",
  "busy/congestion/failed":"150","answer_machine":"100","penetration_day":"8.00 %","penetration_now":"0 %",
  "hits":"42","calls_x_min":"7.25","recycled":"2"})";

TEST(campaigns, reads_every_field_of_a_row_in_a_bare_array) {
  const auto result = sample_poll{}.read("campaigns", {"[" + std::string{full_campaign} + "]"});
  const std::string which = R"({campaign_id="12",campaign="Cobranza Ñ")";
  EXPECT_THAT(
      live_lines(result),
      UnorderedElementsAre(
          "wolkvox_campaign_running" + which + "} 1", "wolkvox_campaign_speed" + which + "} 1.5",
          "wolkvox_campaign_records" + which + "} 10000",
          "wolkvox_campaign_clean_records" + which + "} 9000",
          "wolkvox_campaign_calls_per_minute" + which + "} 7.25",
          "wolkvox_campaign_dialled_calls_total" + which + "} 800",
          "wolkvox_campaign_hits_total" + which + "} 42",
          "wolkvox_campaign_results_total" + which + R"(,result="answer"} 300)",
          "wolkvox_campaign_results_total" + which + R"(,result="no_answer"} 250)",
          "wolkvox_campaign_results_total" + which + R"(,result="busy"} 150)",
          "wolkvox_campaign_results_total" + which + R"(,result="answer_machine"} 100)",
          "wolkvox_campaign_penetration_ratio" + which + R"(,window="day"} 0.08)",
          "wolkvox_campaign_penetration_ratio" + which + R"(,window="now"} 0)",
          "wolkvox_campaign_recycled_total" + which + "} 2"));
  EXPECT_THAT(result.field_errors, IsEmpty());
  EXPECT_THAT(result.seen.all(metrics::named_thing::campaign),
              UnorderedElementsAre(Pair("12", "Cobranza Ñ")));
}

TEST(campaigns, keep_names_that_hold_the_separator) {
  for (const auto& [text, name] : std::vector<std::pair<std::string, std::string>>{
           {"501 - Cobranza - Mora 30 - predictive", "Cobranza - Mora 30"},
           {"501 - Cobranza", "Cobranza"},
           {"501-A - Norte - Sur - Este - manual", "Norte - Sur - Este"}}) {
    const auto result =
        sample_poll{}.read_rows("campaigns", R"({"campaign":")" + text + R"(","speed":"1"})");
    EXPECT_THAT(live_lines(result).front(), testing::HasSubstr("campaign=\"" + name + "\""));
  }
}

TEST(campaigns, says_running_only_for_texts_it_knows) {
  const auto result = sample_poll{}.read_rows(
      "campaigns",
      R"({"campaign":"1 - A","status":"STOPPED"},{"campaign":"2 - B","status":"paused"},
                      {"campaign":"3 - C","status":"-"})");
  EXPECT_THAT(live_lines(result),
              ElementsAre(R"(wolkvox_campaign_running{campaign_id="1",campaign="A"} 0)"));
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("status", 1)));
}

TEST(campaigns, takes_a_text_without_separator_as_the_id) {
  sample_poll poll;
  poll.names.learn(metrics::named_thing::campaign, "12", "Known");
  const auto result =
      poll.read_rows("campaigns", R"({"campaign":"12","speed":"1"},{"campaign":"A-B","speed":"2"},
                                                     {"speed":"3"},{"campaign":"12 - Again","speed":"4"})");
  EXPECT_THAT(live_lines(result),
              ElementsAre(R"(wolkvox_campaign_speed{campaign_id="12",campaign="Known"} 1)",
                          R"(wolkvox_campaign_speed{campaign_id="A-B",campaign="A-B"} 2)"));
  EXPECT_THAT(result.ignored, UnorderedElementsAre(Pair("no_id", 1), Pair("duplicate", 1)));
}

}  // namespace
}  // namespace wolkvox::collectors
