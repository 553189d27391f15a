// hold_mute: totals so far by agent and day.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::named_thing;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

// The day of noon(), asked from local midnight.
sample_poll day_poll() {
  sample_poll poll;
  poll.context.window = metrics::interval{noon() - std::chrono::hours{12}, noon()};
  poll.names.learn(named_thing::agent, "12345", "Ana María Ruiz");
  return poll;
}

TEST(hold_mute, adds_up_totals_so_far_under_the_id_of_the_roster) {
  const auto poll = day_poll();
  const auto result = poll.read_rows(
      "hold_mute",
      R"({"agent_name":"ANA  MARIA RUIZ","count":"1,003","hold_time":"01:00:01","mute_time":"00:30",
                       "total_time":"01:00:31"})");
  EXPECT_THAT(contribution_lines(result),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="12345"} 1003)",
                          R"(wolkvox_agent_hold_seconds_total{agent_id="12345"} 3601)",
                          R"(wolkvox_agent_mute_seconds_total{agent_id="12345"} 30)"));
  ASSERT_EQ(result.counted.size(), 1U);
  EXPECT_EQ(result.counted[0].how, metrics::counting::cumulative);
  EXPECT_EQ(result.counted[0].at, poll.context.window->begin);
}

TEST(hold_mute, names_who_has_no_id_as_configured) {
  auto poll = day_poll();
  constexpr std::string_view row = R"({"agent_name":" Luz  Peña ","count":"1"})";
  EXPECT_THAT(contribution_lines(poll.read_rows("hold_mute", row)),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="Luz Peña"} 1)"));
  poll.agents_shown = config::agent_names::hide;
  EXPECT_THAT(contribution_lines(poll.read_rows("hold_mute", row)),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id=""} 1)"));
  poll.agents_shown = config::agent_names::hash;
  EXPECT_THAT(contribution_lines(poll.read_rows("hold_mute", row)),
              ElementsAre(Not(HasSubstr("Luz"))));
}

TEST(hold_mute, adds_up_a_team_by_readings_that_are_told_apart) {
  auto poll = day_poll();
  poll.who = config::people::team;
  const auto result = poll.read_rows(
      "hold_mute",
      R"({"agent_name":"Luz","count":"1"},{"agent_name":"Ana María Ruiz","count":"2"})");
  EXPECT_EQ(result.series.size(), 1U);
  EXPECT_THAT(contribution_lines(result),
              UnorderedElementsAre("wolkvox_agent_hold_mute_uses_total 1",
                                   "wolkvox_agent_hold_mute_uses_total 2"));
  ASSERT_EQ(result.counted.size(), 2U);
  EXPECT_NE(result.counted[0].id, result.counted[1].id);
}

TEST(hold_mute, gives_a_name_borne_by_two_agents_no_id) {
  auto poll = day_poll();
  poll.names.learn(named_thing::agent, "2", "ana maria ruiz");
  EXPECT_THAT(
      contribution_lines(
          poll.read_rows("hold_mute", R"({"agent_name":"Ana María Ruiz","count":"1"})")),
      ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="Ana María Ruiz"} 1)"));
}

TEST(hold_mute, skips_totals_rows) {
  for (const std::string_view name : {"TOTAL", "Totales", "Total General", "-", "", " totals "}) {
    const auto result = day_poll().read_rows(
        "hold_mute", R"({"agent_name":")" + std::string{name} +
                         R"(","count":"99"},{"agent_name":"Totala","count":"1"})");
    EXPECT_EQ(result.counted.size(), 1U) << name;
    EXPECT_THAT(result.ignored, ElementsAre(Pair("totals", 1)));
    EXPECT_EQ(result.rows, 2U);
  }
}

TEST(hold_mute, takes_one_row_of_a_name_and_the_largest) {
  const auto result = day_poll().read_rows(
      "hold_mute", R"({"agent_name":"José Peña","count":"1","hold_time":"10","mute_time":"0"},
                      {"agent_name":"JOSE PENA","count":"2","hold_time":"30","mute_time":"5"},
                      {"agent_name":"Eva","count":"9","hold_time":"1","mute_time":"1"})");
  EXPECT_THAT(contribution_lines(result),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="Eva"} 9)",
                          R"(wolkvox_agent_hold_seconds_total{agent_id="",agent="Eva"} 1)",
                          R"(wolkvox_agent_mute_seconds_total{agent_id="",agent="Eva"} 1)",
                          R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="José Peña"} 2)",
                          R"(wolkvox_agent_hold_seconds_total{agent_id="",agent="José Peña"} 30)",
                          R"(wolkvox_agent_mute_seconds_total{agent_id="",agent="José Peña"} 5)"));
}

TEST(hold_mute, adds_up_as_many_rows_of_a_name_as_agents_bear_it) {
  auto poll = day_poll();
  poll.names.learn(named_thing::agent, "2", "ana maria ruiz");
  EXPECT_THAT(
      contribution_lines(poll.read_rows(
          "hold_mute",
          R"({"agent_name":"Ana María Ruiz","count":"1"},{"agent_name":"Ana María Ruiz","count":"8"},
                          {"agent_name":"Ana María Ruiz","count":"8"},{"agent_name":"Ana María Ruiz","count":"5"},
                          {"agent_name":"Eva","count":"3"})")),
      ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="Ana María Ruiz"} 13)",
                  R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="Eva"} 3)"));
}

TEST(hold_mute, takes_a_row_that_is_the_sum_of_the_others_for_the_total_whatever_it_is_called) {
  for (const std::string_view name : {"TOTAL OPERACION", "Todos", "acme", "Σ"}) {
    const auto result = day_poll().read_rows(
        "hold_mute", R"({"agent_name":"Ana María Ruiz","count":"2","hold_time":"10"},
                        {"agent_name":"Eva","count":"1","hold_time":"5"},
                        {"agent_name":")" +
                         std::string{name} + R"(","count":"3","hold_time":"15"})");
    EXPECT_EQ(result.counted.size(), 2U) << name;
    EXPECT_THAT(result.ignored, ElementsAre(Pair("totals", 1))) << name;
  }
}

TEST(hold_mute, never_takes_a_known_agent_for_the_total) {
  const auto alone = day_poll().read_rows(
      "hold_mute",
      R"({"agent_name":"Todos","count":"2"},{"agent_name":"Ana María Ruiz","count":"2"})");
  EXPECT_THAT(contribution_lines(alone),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="12345"} 2)"));
  const auto as_much = day_poll().read_rows(
      "hold_mute", R"({"agent_name":"Eva","count":"2"},{"agent_name":"Luz","count":"3"},
                      {"agent_name":"Ana María Ruiz","count":"5"})");
  EXPECT_EQ(as_much.counted.size(), 3U);
}

TEST(hold_mute, takes_equal_rows_for_one) {
  const auto result = day_poll().read_rows(
      "hold_mute",
      R"({"agent_name":"Ana María Ruiz","count":"5"},{"agent_name":"Ana María Ruiz","count":"5"})");
  EXPECT_THAT(contribution_lines(result),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="12345"} 5)"));
}

TEST(hold_mute, leaves_out_who_is_not_known_until_the_roster_was_asked) {
  auto poll = day_poll();
  poll.context.strangers.emplace();
  const auto known = poll.read_rows("hold_mute", R"({"agent_name":"ana maria ruiz","count":"5"})");
  EXPECT_FALSE(known.has_left_out);
  EXPECT_THAT(known.strangers, IsEmpty());
  constexpr std::string_view eva = R"({"agent_name":"Eva","count":"5"})";
  const auto early = poll.read_rows("hold_mute", eva);
  EXPECT_TRUE(early.has_left_out);
  EXPECT_THAT(early.counted, IsEmpty());
  ASSERT_EQ(early.strangers.size(), 1U);
  poll.context.strangers = early.strangers;
  const auto asked = poll.read_rows("hold_mute", eva);
  EXPECT_FALSE(asked.has_left_out);
  EXPECT_EQ(asked.counted.size(), 1U);
  EXPECT_EQ(asked.strangers, early.strangers);
}

TEST(hold_mute, finds_who_came_by_the_roster_and_not_who_left) {
  auto poll = day_poll();
  poll.names.learn(named_thing::agent, "2", "Ana María Ruiz");
  auto roster = std::make_shared<metrics::name_directory>();
  roster->learn(named_thing::agent, "2", "Ana María Ruiz");
  poll.context.roster = roster;
  EXPECT_THAT(
      contribution_lines(poll.read_rows(
          "hold_mute",
          R"({"agent_name":"Ana María Ruiz","count":"1"},{"agent_name":"Ana María Ruiz","count":"8"})")),
      ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="2"} 8)"));
}

// What a totals row may look like beside Ana, who is known, and whether it is one.
TEST(hold_mute, tells_totals_in_other_shapes) {
  for (
      const std::string_view rows : {
          R"({"agent_name":"Ana María Ruiz","count":"5","hold_time":"300","mute_time":"0"},
              {"agent_name":"TOTAL OPERACION","hold_time":"300"})",
          R"({"agent_name":"Ana María Ruiz","count":"5","hold_time":"300","mute_time":"0"},
              {"agent_name":"acme","hold_time":"300"})",
          R"({"agent_name":"Ana María Ruiz","count":"0"},{"agent_name":"TOTAL OPERACION","count":"0"})",
          R"({"agent_name":"Ana María Ruiz","count":"0"},{"agent_name":"acme","count":"0"})",
          R"({"agent_name":"TOTAL OPERACION","count":"7"})",
          R"({"agent_name":"Ana María Ruiz","count":"5"},{"agent_name":"Ana María Ruiz","count":"5"},
              {"agent_name":"acme","count":"10"})",
          R"({"agent_name":"Ana María Ruiz","count":"many","hold_time":"30"},
              {"agent_name":"acme","count":"10","hold_time":"30"})",
      }) {
    for (const auto& line : contribution_lines(day_poll().read_rows("hold_mute", rows))) {
      EXPECT_THAT(line, HasSubstr(R"(agent_id="12345")")) << rows;
    }
  }
}

TEST(hold_mute, takes_two_strangers_who_say_the_same_for_two) {
  const auto result = day_poll().read_rows(
      "hold_mute", R"({"agent_name":"Eva","count":"6"},{"agent_name":"Zoe","count":"6"})");
  EXPECT_EQ(result.counted.size(), 2U);
}

TEST(hold_mute, keeps_an_agents_day_under_the_id_and_the_name) {
  auto poll = day_poll();
  const std::string_view old_name = R"({"agent_name":"Ana María Ruiz","count":"1"})";
  const auto known = poll.read_rows("hold_mute", old_name).counted[0];
  poll.names.learn(named_thing::agent, "12345", "Ana Ruiz de Paz");
  const auto renamed =
      poll.read_rows("hold_mute", R"({"agent_name":"Ana Ruiz de Paz","count":"1"})").counted[0];
  EXPECT_EQ(renamed.id, known.id);
  EXPECT_NE(renamed.alias, known.alias);
  const auto unknown = poll.read_rows("hold_mute", old_name).counted[0];
  EXPECT_EQ(unknown.id, known.alias) << "the roster knows the name no more";
}

TEST(hold_mute, leaves_out_a_total_of_which_a_part_is_unreadable) {
  const auto result =
      day_poll().read_rows("hold_mute", R"({"agent_name":"Eva","count":"2","hold_time":"00:00:0x"},
                      {"agent_name":"Sol","count":"many","hold_time":"-00:00:01"})");
  EXPECT_THAT(contribution_lines(result),
              ElementsAre(R"(wolkvox_agent_hold_mute_uses_total{agent_id="",agent="Eva"} 2)"));
  EXPECT_EQ(result.field_errors.at("count"), 1U);
  EXPECT_EQ(result.field_errors.at("hold_time"), 2U);
}

TEST(hold_mute, knows_an_agents_day_again_in_any_spelling_and_window_of_the_day) {
  auto poll = day_poll();
  const auto noon_row =
      poll.read_rows("hold_mute", R"({"agent_name":"Ana María Ruiz","count":"1"})").counted[0];
  poll.context.window->end += std::chrono::hours{1};
  const auto later =
      poll.read_rows("hold_mute", R"({"agent_name":"ana maria  ruiz","count":"2"})").counted[0];
  EXPECT_EQ(later.id, noon_row.id);
  EXPECT_NE(later.fingerprint, noon_row.fingerprint);
}

TEST(hold_mute, tells_days_agents_and_operations_apart) {
  auto poll = day_poll();
  const std::string_view row = R"({"agent_name":"Ana","count":"1"})";
  const auto today = poll.read_rows("hold_mute", row).counted[0].id;
  EXPECT_NE(poll.read_rows("hold_mute", R"({"agent_name":"Eva","count":"1"})").counted[0].id,
            today);
  poll.operation.name = "other";
  EXPECT_NE(poll.read_rows("hold_mute", row).counted[0].id, today);
  poll.operation.name = "acme";
  poll.context.window->begin -= std::chrono::hours{24};
  EXPECT_NE(poll.read_rows("hold_mute", row).counted[0].id, today);
}

TEST(hold_mute, without_agent_labels_adds_everybody_to_one_series) {
  auto poll = day_poll();
  poll.context.settings.labels.agent = false;
  const auto result = poll.read_rows(
      "hold_mute", R"({"agent_name":"Ana","count":"1"},{"agent_name":"Eva","count":"2"})");
  EXPECT_THAT(contribution_lines(result), ElementsAre("wolkvox_agent_hold_mute_uses_total 1",
                                                      "wolkvox_agent_hold_mute_uses_total 2"));
  EXPECT_EQ(result.series.size(), 1U);
}

}  // namespace
}  // namespace wolkvox::collectors
