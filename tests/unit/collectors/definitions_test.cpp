// The list of collectors, their questions, and that what they fill is what the families' table
// describes.
#include <date/date.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "exporter/collectors/collector.hpp"
#include "metrics/families.hpp"
#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(all_collectors, come_in_order_of_urgency) {
  std::vector<std::string_view> names;
  for (const auto& collector : all_collectors()) {
    names.push_back(collector.name);
    EXPECT_EQ(find_collector(collector.name), &collector);
  }
  EXPECT_THAT(names, ElementsAre("agents", "skills", "campaigns", "quota", "names",
                                 "abandoned_calls", "hold_mute", "calls", "cdr"));
  EXPECT_EQ(find_collector("none"), nullptr);
}

TEST(all_collectors, feed_every_family_that_is_not_the_exporters_own_exactly_once) {
  std::map<metrics::family_id, int> fed;
  for (const auto& collector : all_collectors()) {
    for (const auto family : collector.families) {
      ++fed[family];
      const auto kept = metrics::describe(family).kept;
      EXPECT_EQ(kept, collector.kind == report_kind::live ? metrics::lifetime::live
                                                          : metrics::lifetime::ledger);
    }
  }
  for (const auto& family : metrics::all_families()) {
    EXPECT_EQ(fed[family.id], family.kept == metrics::lifetime::self ? 0 : 1) << family.name;
  }
}

TEST(questions, of_live_reports_name_file_and_report) {
  const sample_poll poll;
  const struct {
    std::string_view collector, file, api;
  } expected[] = {{"agents", "real_time.php", "agents"},
                  {"skills", "real_time.php", "skills"},
                  {"campaigns", "real_time.php", "campaigns"},
                  {"quota", "information.php", "token_info"}};
  for (const auto& [collector, file, api] : expected) {
    const auto asked = poll.queries(collector);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].file, file);
    EXPECT_EQ(asked[0].api, api);
  }
}

TEST(questions, of_windows_are_local_and_inclusive_to_the_second) {
  const sample_poll poll;
  const struct {
    std::string_view collector, file, api;
  } expected[] = {{"abandoned_calls", "reports_manager.php", "skill_2"},
                  {"hold_mute", "reports_manager.php", "agent_9"},
                  {"calls", "customer.php", "agents_detail"},
                  {"cdr", "reports_manager.php", "cdr_1"}};
  for (const auto& [collector, file, api] : expected) {
    auto asked = poll.queries(collector);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked[0].file, file);
    EXPECT_EQ(asked[0].api, api);
    auto& parameters = asked[0].parameters;
    if (collector == "abandoned_calls") {
      EXPECT_THAT(parameters.front(), Pair("skill_id", "all"));
      parameters.erase(parameters.begin());
    }
    EXPECT_THAT(parameters, ElementsAre(Pair("date_ini", "20261121100000"),
                                        Pair("date_end", "20261121115959")));
  }
}

sys_seconds utc(int month, int day, int hour, int minute) {
  return sys_seconds{date::sys_days{date::year{2026} / month / day} + std::chrono::hours{hour} +
                     std::chrono::minutes{minute}};
}

TEST(questions, ask_for_the_whole_hour_that_the_zone_repeats) {
  sample_poll poll;
  poll.zone = "America/New_York";  // 2026-11-01 06:00 UTC: 02:00 EDT becomes 01:00 EST
  poll.context.window = metrics::interval{utc(11, 1, 5, 45), utc(11, 1, 6, 15)};
  EXPECT_THAT(poll.queries("calls")[0].parameters,
              ElementsAre(Pair("date_ini", "20261101010000"), Pair("date_end", "20261101015959")));
}

TEST(questions, pass_over_the_hour_that_the_zone_skips) {
  sample_poll poll;
  poll.zone = "America/New_York";  // 2026-03-08 07:00 UTC: 02:00 EST becomes 03:00 EDT
  poll.context.window = metrics::interval{utc(3, 8, 6, 30), utc(3, 8, 7, 30)};
  EXPECT_THAT(poll.queries("calls")[0].parameters,
              ElementsAre(Pair("date_ini", "20260308013000"), Pair("date_end", "20260308032959")));
}

TEST(questions, never_end_before_they_begin) {
  sample_poll poll;
  poll.context.window = metrics::interval{noon(), noon()};
  EXPECT_THAT(poll.queries("calls")[0].parameters,
              ElementsAre(Pair("date_ini", "20261121120000"), Pair("date_end", "20261121120000")));
}

// The pages write a series' labels in the order of the table, leaving out what is not there.
void expect_labels_of_table(metrics::family_id family,
                            const std::vector<metrics::owned_label>& labels) {
  const auto& known = metrics::describe(family).labels;
  auto next = known.begin();
  for (const auto& label : labels) {
    const auto found = std::find(next, known.end(), label.name);
    ASSERT_NE(found, known.end()) << metrics::describe(family).name << " has no place for "
                                  << label.name;
    next = found + 1;
  }
}

TEST(series, carry_the_labels_of_the_table_in_its_order) {
  const sample_poll poll;
  const std::pair<std::string_view, std::string_view> samples[] = {
      {"abandoned_calls", R"({"result":"ABANDON","conn_id":"1","abandon_time":"3"})"},
      {"hold_mute", R"({"agent_name":"Ana","count":"1","hold_time":"1","mute_time":"1"})"},
      {"calls",
       R"({"conn_id":"1","agent_name":"Ana","duration":"3","cod_act":"A","date":"2026-11-21 11:00:00"})"},
      {"cdr",
       R"({"conn_id":"1","agent_name":"Ana","skill_name":"V","time_seg":"3","time_min":"1","cost":"1"})"}};
  for (const auto& [collector, row] : samples) {
    const auto result = poll.read_rows(collector, row);
    std::set<metrics::family_id> fed;
    for (const auto& series : result.series) {
      expect_labels_of_table(series.key.family, series.key.labels);
      fed.insert(series.key.family);
    }
    const auto families = find_collector(collector)->families;
    EXPECT_EQ(fed, std::set(families.begin(), families.end())) << collector;
  }
}

TEST(series, of_live_tables_carry_the_labels_of_the_table) {
  const sample_poll poll;
  const std::pair<std::string_view, std::string_view> samples[] = {
      {"agents", R"({"agent_id":"1","agent_status":"Ready"})"},
      {"skills", R"({"skill_id":"1"})"},
      {"campaigns", R"({"campaign":"1 - A"})"},
      {"quota",
       R"({"token_limit":"1","all_token_today":"1","available_consumption_options":"1"})"}};
  for (const auto& [collector, row] : samples) {
    const auto table = poll.read_rows(collector, row).live.value();
    for (const auto& column : table.columns) {
      std::vector<metrics::owned_label> labels;
      for (const auto& name : table.entity_labels) {
        labels.push_back({name, ""});
      }
      labels.insert(labels.end(), column.fixed.begin(), column.fixed.end());
      if (!column.varying_name.empty()) {
        labels.push_back({column.varying_name, ""});
      }
      expect_labels_of_table(column.family, labels);
      EXPECT_EQ(labels.size() + 1, metrics::describe(column.family).labels.size());
    }
    for (const auto& sample : table.samples) {
      expect_labels_of_table(sample.family, sample.labels);
    }
  }
}

}  // namespace
}  // namespace wolkvox::collectors
