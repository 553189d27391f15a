// A live table's series: order, gaps, limit, and refusal of tables that do not fit.
#include "metrics/live/live_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

constexpr std::uint64_t no_limit = 200'000;

struct written {
  std::string text;
  std::uint64_t dropped = 0;
};

written write(const live_table& table, std::uint64_t limit = no_limit) {
  recorder out;
  written result;
  result.dropped = write_live(table, "acme", limit, out);
  result.text = text_of(make_pages(out.finish()));
  return result;
}

live_table skills(std::vector<std::string> ids_and_names) {
  return {.entity_labels = {"skill_id", "skill"},
          .entity_values = std::move(ids_and_names),
          .columns = {},
          .samples = {}};
}

live_column column(family_id family, std::vector<double> values,
                   std::vector<owned_label> fixed = {}) {
  return {.family = family,
          .fixed = std::move(fixed),
          .values = std::move(values),
          .varying_name = "",
          .varying = {}};
}

TEST(live_writer, orders_entities_by_name_and_namesakes_by_id_as_numbers) {
  auto table = skills({"2", "b", "10", "a", "9", "a", "1", "11", "3", "9", "ivr", "a"});
  table.columns.push_back(column(family_id::skill_queue_calls, {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(write(table).text,
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"3\",skill=\"9\"} 5\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"1\",skill=\"11\"} 4\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"9\",skill=\"a\"} 3\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"10\",skill=\"a\"} 2\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"ivr\",skill=\"a\"} 6\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"2\",skill=\"b\"} 1\n");
}

TEST(live_writer, puts_an_entitys_columns_of_one_family_side_by_side) {
  auto table = skills({"2", "b", "1", "a"});
  table.columns.push_back(
      column(family_id::skill_service_level_ratio, {0.5, 0.25}, {{"threshold", "10"}}));
  table.columns.push_back(column(family_id::skill_queue_calls, {2, 1}));
  table.columns.push_back(
      column(family_id::skill_service_level_ratio, {0.75, absent}, {{"threshold", "20"}}));
  EXPECT_EQ(write(table).text,
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"1\",skill=\"a\"} 1\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"2\",skill=\"b\"} 2\n"
            "wolkvox_skill_service_level_ratio{operation=\"acme\",skill_id=\"1\",skill=\"a\","
            "threshold=\"10\"} 0.25\n"
            "wolkvox_skill_service_level_ratio{operation=\"acme\",skill_id=\"2\",skill=\"b\","
            "threshold=\"10\"} 0.5\n"
            "wolkvox_skill_service_level_ratio{operation=\"acme\",skill_id=\"2\",skill=\"b\","
            "threshold=\"20\"} 0.75\n");
}

TEST(live_writer, writes_labels_that_differ_by_entity) {
  live_table table{.entity_labels = {"agent_id", "agent"},
                   .entity_values = {"1", "Ana", "2", "Luis"},
                   .columns = {},
                   .samples = {}};
  auto status = column(family_id::agent_status, {1, absent});
  status.varying_name = "status";
  status.varying = {"Ready", ""};
  table.columns.push_back(status);
  EXPECT_EQ(write(table).text,
            "wolkvox_agent_status{operation=\"acme\",agent_id=\"1\",agent=\"Ana\","
            "status=\"Ready\"} 1\n");
}

TEST(live_writer, writes_table_wide_samples_in_order) {
  live_table table;
  table.samples = {{family_id::agents, {{"status", "Ready"}}, 2},
                   {family_id::quota_used_requests, {}, 9},
                   {family_id::agents, {{"status", "ACW"}}, 0}};
  EXPECT_EQ(write(table).text,
            "wolkvox_agents{operation=\"acme\",status=\"ACW\"} 0\n"
            "wolkvox_agents{operation=\"acme\",status=\"Ready\"} 2\n"
            "wolkvox_quota_used_requests{operation=\"acme\"} 9\n");
}

TEST(live_writer, drops_whole_entities_beyond_the_limit) {
  // By their ids: whom the limit leaves out does not change with a name.
  auto table = skills({"3", "a", "1", "c", "2", "b"});
  table.columns.push_back(column(family_id::skill_queue_calls, {3, 1, 2}));
  table.columns.push_back(column(family_id::skill_abandonment_ratio, {0.3, 0.1, 0.2}));
  table.samples = {{family_id::quota_used_requests, {}, 9}};
  struct limit_case {
    std::uint64_t limit;
    std::uint64_t dropped;
    long lines;
  };
  for (const auto& [limit, dropped, lines] :
       {limit_case{7, 0, 7}, limit_case{6, 2, 5}, limit_case{5, 2, 5}, limit_case{4, 4, 3},
        limit_case{1, 6, 1}, limit_case{0, 7, 0}}) {
    SCOPED_TRACE(limit);
    const auto result = write(table, limit);
    EXPECT_EQ(result.dropped, dropped);
    EXPECT_EQ(std::ranges::count(result.text, '\n'), lines);
    EXPECT_EQ(result.text.find("skill_id=\"3\"") == std::string::npos, limit < 7);
  }
}

TEST(live_writer, does_not_let_a_small_entity_pass_a_large_one_at_the_limit) {
  auto table = skills({"1", "a", "2", "b", "3", "c"});
  table.columns.push_back(column(family_id::skill_queue_calls, {1, 2, 3}));
  table.columns.push_back(column(family_id::skill_abandonment_ratio, {absent, 0.2, absent}));
  const auto result = write(table, 2);
  EXPECT_EQ(result.dropped, 3U);
  EXPECT_EQ(std::ranges::count(result.text, '\n'), 1);
}

TEST(live_writer, writes_an_entity_listed_twice_once) {
  auto table = skills({"1", "a", "1", "a", "1", "b"});
  table.columns.push_back(column(family_id::skill_queue_calls, {7, 8, 9}));
  const auto result = write(table);
  EXPECT_EQ(result.dropped, 1U);
  EXPECT_EQ(result.text,
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"1\",skill=\"a\"} 7\n"
            "wolkvox_skill_queue_calls{operation=\"acme\",skill_id=\"1\",skill=\"b\"} 9\n");
}

TEST(live_writer, refuses_tables_that_do_not_fit_the_families) {
  auto wrong_size = skills({"1", "a"});
  wrong_size.columns.push_back(column(family_id::skill_queue_calls, {1, 2}));
  EXPECT_THROW(write(wrong_size), std::logic_error);

  auto wrong_entity = skills({"1", "a"});
  wrong_entity.columns.push_back(column(family_id::agent_status_seconds, {1}));
  EXPECT_THROW(write(wrong_entity), std::logic_error);

  auto wrong_fixed = skills({"1", "a"});
  wrong_fixed.columns.push_back(column(family_id::skill_queue_calls, {1}, {{"telephone", "1"}}));
  EXPECT_THROW(write(wrong_fixed), std::logic_error);

  auto wrong_varying = skills({"1", "a"});
  wrong_varying.columns.push_back(column(family_id::skill_service_level_ratio, {1}));
  wrong_varying.columns.back().varying_name = "threshold";
  EXPECT_THROW(write(wrong_varying), std::logic_error);

  live_table wrong_sample;
  wrong_sample.samples = {{family_id::agents, {{"agent", "Ana"}}, 1}};
  EXPECT_THROW(write(wrong_sample), std::logic_error);
}

}  // namespace
}  // namespace wolkvox::metrics
