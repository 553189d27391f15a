// abandoned_calls: which rows count, what they add, what makes a row the same row.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/families.hpp"
#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::string_view full_row =
    R"({"skill_name":"Ventas","skill_id":"77","conn_id":"ivr.1795280000.1",
  "date":"2026-11-21 11:30:00","result":"ABANDON","ani":"3001234567","abandon_time":"42",
  "type_interaction":"Inbound","customer_id":"52000111"})";

TEST(abandoned_calls, counts_a_row_and_observes_its_wait) {
  const auto result = sample_poll{}.read_rows("abandoned_calls", full_row);
  EXPECT_THAT(contribution_lines(result),
              ElementsAre(R"(wolkvox_abandoned_calls_total{skill_id="77",interaction="inbound"} 1)",
                          R"(wolkvox_abandoned_call_wait_seconds{skill_id="77"} 42)"));
  ASSERT_EQ(result.counted.size(), 1U);
  EXPECT_EQ(result.counted[0].at, noon() - std::chrono::minutes{30});
  EXPECT_EQ(result.counted[0].how, metrics::counting::once);
  EXPECT_THAT(result.seen.all(metrics::named_thing::skill),
              UnorderedElementsAre(Pair("77", "Ventas")));
  EXPECT_FALSE(result.live.has_value());
}

TEST(abandoned_calls, counts_only_results_that_say_abandoned) {
  const auto result = sample_poll{}.read_rows(
      "abandoned_calls", R"({"conn_id":"1","result":"ABANDON"},{"conn_id":"2","result":"abandoned"},
                            {"conn_id":"3","result":"Llamada abandonada"},{"conn_id":"4","result":"ANSWER"},
                            {"conn_id":"5","result":"-"},{"conn_id":"6"})");
  EXPECT_EQ(result.counted.size(), 3U);
  EXPECT_EQ(result.rows, 6U);
  EXPECT_THAT(result.ignored, ElementsAre(Pair("result", 3)));
}

TEST(abandoned_calls, still_counts_a_call_whose_wait_is_unreadable_or_absent) {
  const auto result = sample_poll{}.read_rows(
      "abandoned_calls", R"({"conn_id":"1","result":"ABANDON","abandon_time":"long"},
                            {"conn_id":"2","result":"ABANDON","abandon_time":"-5"},
                            {"conn_id":"3","result":"ABANDON","abandon_time":"--"},
                            {"conn_id":"4","result":"ABANDON","abandon_time":"00:01:05"})");
  EXPECT_THAT(contribution_lines(result),
              ElementsAre(R"(wolkvox_abandoned_calls_total{skill_id="",interaction=""} 1)",
                          R"(wolkvox_abandoned_calls_total{skill_id="",interaction=""} 1)",
                          R"(wolkvox_abandoned_calls_total{skill_id="",interaction=""} 1)",
                          R"(wolkvox_abandoned_call_wait_seconds{skill_id=""} 0)",
                          R"(wolkvox_abandoned_calls_total{skill_id="",interaction=""} 1)",
                          R"(wolkvox_abandoned_call_wait_seconds{skill_id=""} 65)"));
  EXPECT_EQ(result.series.size(), 2U) << "a series is kept once";
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("abandon_time", 2)));
}

TEST(abandoned_calls, counts_rows_whose_date_cannot_be_read) {
  const auto result = sample_poll{}.read_rows(
      "abandoned_calls", R"({"conn_id":"1","result":"ABANDON","date":"yesterday"},
                                                           {"conn_id":"2","result":"ABANDON"})");
  ASSERT_EQ(result.counted.size(), 2U);
  EXPECT_EQ(result.counted[0].date, metrics::no_date);
  EXPECT_EQ(result.counted[1].date, metrics::no_date);
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("date", 1)));
}

TEST(abandoned_calls, names_a_call_in_an_exemplar_where_asked_to) {
  EXPECT_EQ(sample_poll{}.read_rows("abandoned_calls", full_row).counted.at(0).conn_id, "")
      << "off unless asked for";
  sample_poll poll;
  poll.context.settings.exemplars = true;
  EXPECT_EQ(poll.read_rows("abandoned_calls", full_row).counted.at(0).conn_id, "ivr.1795280000.1");
  const auto unfit = poll.read_rows("abandoned_calls",
                                    R"({"conn_id":"1","result":"ABANDON","date":"yesterday"},
                            {"conn_id":"--","result":"ABANDON","date":"2026-11-21 11:00:00"},
                            {"conn_id":")" +
                                        std::string(122, '7') +
                                        R"(","result":"ABANDON","date":"2026-11-21 11:00:00"})");
  ASSERT_EQ(unfit.counted.size(), 3U);
  for (const auto& row : unfit.counted) {
    EXPECT_EQ(row.conn_id, "");
  }
}

std::vector<metrics::ledger_row> rows_of(std::string_view rows) {
  return sample_poll{}.read_rows("abandoned_calls", rows).counted;
}

TEST(abandoned_calls, knows_a_row_again_whatever_its_date_and_wait) {
  const auto rows = rows_of(
      R"({"conn_id":"1","skill_id":"77","result":"ABANDON","date":"2026-11-21 11:00:00","abandon_time":"5"},
         {"conn_id":"1","skill_id":"77","result":"ABANDON","date":"2026-11-21 11:00:09","abandon_time":"5"},
         {"conn_id":"1","skill_id":"77","result":"ABANDON","date":"2026-11-21 11:00:00","abandon_time":"6"})");
  EXPECT_EQ(rows[0].id, rows[1].id);
  EXPECT_EQ(rows[0].fingerprint, rows[1].fingerprint);
  EXPECT_EQ(rows[0].id, rows[2].id);
  EXPECT_NE(rows[0].fingerprint, rows[2].fingerprint);
}

TEST(abandoned_calls, tells_queues_and_interactions_of_one_call_apart) {
  const auto rows =
      rows_of(R"({"conn_id":"1","skill_id":"77","result":"ABANDON","type_interaction":"inbound"},
                               {"conn_id":"1","skill_id":"78","result":"ABANDON","type_interaction":"inbound"},
                               {"conn_id":"1","skill_id":"77","result":"ABANDON","type_interaction":"out_pre"},
                               {"conn_id":"2","skill_id":"77","result":"ABANDON","type_interaction":"inbound"})");
  EXPECT_EQ(rows[0].id, rows[1].id);
  EXPECT_NE(rows[0].bearer, rows[1].bearer);
  EXPECT_NE(rows[0].bearer, rows[2].bearer);
  EXPECT_NE(rows[0].id, rows[3].id);
}

TEST(abandoned_calls, without_a_conn_id_are_known_by_what_is_stable) {
  const auto rows = rows_of(
      R"({"skill_id":"77","result":"ABANDON","date":"2026-11-21 11:00:00","abandon_time":"5"},
                               {"skill_id":"77","result":"ABANDON","date":"2026-11-21 11:00:00","abandon_time":"5"},
                               {"skill_id":"77","result":"ABANDON","date":"2026-11-21 11:00:01","abandon_time":"5"})");
  EXPECT_EQ(rows[0].id, rows[1].id);
  EXPECT_NE(rows[0].id, rows[2].id);
}

TEST(abandoned_calls, use_the_configured_buckets_or_the_familys) {
  sample_poll poll;
  const auto family = metrics::describe(metrics::family_id::abandoned_call_wait_seconds).buckets;
  EXPECT_THAT(poll.read_rows("abandoned_calls", full_row).series[1].bounds,
              testing::ElementsAreArray(family));
  EXPECT_THAT(poll.read_rows("abandoned_calls", full_row).series[0].bounds, IsEmpty());
  poll.context.settings.buckets = {1, 2.5};
  EXPECT_THAT(poll.read_rows("abandoned_calls", full_row).series[1].bounds, ElementsAre(1, 2.5));
}

TEST(abandoned_calls, put_a_skills_name_into_the_key_only_where_it_has_no_id) {
  const auto result = sample_poll{}.read_rows(
      "abandoned_calls",
      R"({"conn_id":"1","result":"ABANDON","skill_name":"Ventas","abandon_time":"long"})");
  EXPECT_THAT(
      contribution_lines(result),
      ElementsAre(R"(wolkvox_abandoned_calls_total{skill_id="",skill="Ventas",interaction=""} 1)"));
}

TEST(abandoned_calls, start_every_known_skill_at_0_with_the_keys_that_rows_will_have) {
  sample_poll poll;
  poll.names.learn(metrics::named_thing::skill, "77", "Ventas");
  poll.names.learn(metrics::named_thing::skill, "78", "Soporte");
  const auto zero = poll.read("abandoned_calls", {envelope("")});
  EXPECT_THAT(zero.counted, IsEmpty());
  EXPECT_THAT(zero.contributions, IsEmpty());
  std::vector<std::string> keys;
  for (const auto& series : zero.series) {
    keys.push_back(key_line(series));
  }
  EXPECT_THAT(keys, UnorderedElementsAre(
                        R"(wolkvox_abandoned_calls_total{skill_id="77",interaction="inbound"} 0)",
                        R"(wolkvox_abandoned_call_wait_seconds{skill_id="77"} 0)",
                        R"(wolkvox_abandoned_calls_total{skill_id="78",interaction="inbound"} 0)",
                        R"(wolkvox_abandoned_call_wait_seconds{skill_id="78"} 0)"));
  EXPECT_EQ(poll.read_rows("abandoned_calls", full_row).series.size(), 4U) << "each series once";
}

TEST(abandoned_calls, without_skill_labels_start_one_pair_of_series) {
  sample_poll poll;
  poll.context.settings.labels.skill = false;
  poll.names.learn(metrics::named_thing::skill, "77", "Ventas");
  poll.names.learn(metrics::named_thing::skill, "78", "Soporte");
  EXPECT_EQ(poll.read("abandoned_calls", {envelope("")}).series.size(), 2U);
  EXPECT_THAT(contribution_lines(poll.read_rows("abandoned_calls", full_row)),
              ElementsAre(R"(wolkvox_abandoned_calls_total{interaction="inbound"} 1)",
                          "wolkvox_abandoned_call_wait_seconds 42"));
}

}  // namespace
}  // namespace wolkvox::collectors
