// The exporter's own families: what is refused and removed, in what order series stand, and which
// pages are made anew.
#include "metrics/exposition/self_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

constexpr std::chrono::sys_seconds noon{std::chrono::hours{12}};

std::chrono::sys_seconds at_noon() {
  return noon;
}

// The pages of one operation among those that changed.
page_set changed(self_metrics& own, std::string_view operation) {
  for (auto& each : own.take_changed()) {
    if (each.operation == operation) {
      return each.pages;
    }
  }
  return {};
}

std::string changed_text(self_metrics& own, std::string_view operation) {
  return text_of(changed(own, operation));
}

TEST(self_metrics, writes_labels_and_series_in_the_tables_order) {
  self_metrics own{at_noon};
  own.counter(family_id::rows_ignored_total,
              {{"operation", "a"}, {"collector", "cdr"}, {"reason", "result"}})
      .increment(2);
  own.counter(family_id::rows_ignored_total,
              {{"operation", "a"}, {"collector", "calls"}, {"reason", "date"}});
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).set(1);
  EXPECT_EQ(changed_text(own, "a"),
            "wolkvox_up{operation=\"a\",collector=\"cdr\"} 1\n"
            "wolkvox_rows_ignored_total{operation=\"a\",collector=\"calls\",reason=\"date\"} 0\n"
            "wolkvox_rows_ignored_total{operation=\"a\",collector=\"cdr\",reason=\"result\"} 2\n");
}

TEST(self_metrics, gives_the_same_series_again) {
  self_metrics own{at_noon};
  auto& first = own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}});
  auto& again = own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}});
  EXPECT_EQ(&first, &again);
}

TEST(self_metrics, histograms_have_the_tables_buckets) {
  self_metrics own{at_noon};
  own.histogram(family_id::api_request_duration_seconds, {{"operation", "a"}, {"collector", "cdr"}})
      .observe(0.2);
  const auto text = changed_text(own, "a");
  EXPECT_NE(text.find("collector=\"cdr\",le=\"0.1\"} 0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("collector=\"cdr\",le=\"0.25\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("collector=\"cdr\",le=\"+Inf\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("_sum{operation=\"a\",collector=\"cdr\"} 0.2\n"), std::string::npos) << text;
}

TEST(self_metrics, counters_and_histograms_tell_when_they_were_made) {
  self_metrics own{at_noon, created_samples::written};
  own.counter(family_id::rows_total, {{"operation", "a"}, {"collector", "cdr"}}).increment();
  own.histogram(family_id::api_request_duration_seconds, {{"operation", "a"}, {"collector", "cdr"}})
      .observe(0.2);
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).set(1);
  const auto pages = changed(own, "a");
  const auto text = text_of(pages, format::openmetrics);
  EXPECT_NE(text.find("wolkvox_rows_created{operation=\"a\",collector=\"cdr\"} 43200\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("_seconds_created{operation=\"a\",collector=\"cdr\"} 43200\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("wolkvox_up_created"), std::string::npos) << text;
  EXPECT_EQ(text_of(pages).find("_created"), std::string::npos);
}

TEST(self_metrics, leaves_created_samples_out_unless_wanted) {
  self_metrics own{at_noon};
  own.counter(family_id::rows_total, {{"operation", "a"}, {"collector", "cdr"}}).increment();
  EXPECT_EQ(text_of(changed(own, "a"), format::openmetrics).find("_created"), std::string::npos);
}

TEST(self_metrics, histograms_have_native_buckets_beside_the_classic) {
  self_metrics own{at_noon};
  auto& times = own.histogram(family_id::api_request_duration_seconds,
                              {{"operation", "a"}, {"collector", "cdr"}});
  times.observe(0.5);
  times.observe(0.5);
  times.observe(0);
  EXPECT_EQ(times.native().zero_count(), 1U);
  const std::vector<native_buckets::bucket> expected{
      {.index = native_buckets::index_of(0.5), .count = 2}};
  EXPECT_TRUE(std::ranges::equal(times.native().positive(), expected));
  const auto message = text_of(changed(own, "a"), format::protobuf);
  // Histogram.schema (field 5, sint32) 3: told only where there are native buckets.
  EXPECT_NE(message.find("\x28\x06"), std::string::npos);
}

TEST(self_metrics, refuses_other_labels_and_types) {
  self_metrics own{at_noon};
  EXPECT_THROW(own.gauge(family_id::up, {{"operation", "a"}}), std::logic_error);
  EXPECT_THROW(own.gauge(family_id::up, {{"collector", "c"}, {"operation", "a"}}),
               std::logic_error);
  EXPECT_THROW(own.gauge(family_id::up, {{"operation", "a"}, {"collector", "c"}, {"x", ""}}),
               std::logic_error);
  EXPECT_THROW(own.counter(family_id::up, {{"operation", "a"}, {"collector", "c"}}),
               std::logic_error);
  EXPECT_THROW(own.gauge(family_id::api_response_bytes, {{"operation", "a"}, {"collector", "c"}}),
               std::logic_error);
  EXPECT_TRUE(own.take_changed().empty());
}

TEST(self_metrics, tells_each_operations_pages_apart) {
  self_metrics own{at_noon};
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).set(1);
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}});
  own.gauge(family_id::ledger_writable, {}).set(1);
  std::map<std::string, std::string> told;
  for (const auto& [operation, pages] : own.take_changed()) {
    told[operation] = text_of(pages);
  }
  EXPECT_EQ(told, (std::map<std::string, std::string>{
                      {"", "wolkvox_ledger_writable 1\n"},
                      {"a", "wolkvox_up{operation=\"a\",collector=\"cdr\"} 1\n"},
                      {"b", "wolkvox_up{operation=\"b\",collector=\"cdr\"} 0\n"}}));
}

// A scrape after which nothing changed encodes nothing.
TEST(self_metrics, makes_only_pages_anew_whose_series_changed) {
  self_metrics own{at_noon};
  auto& up = own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}});
  auto& rows = own.counter(family_id::rows_total, {{"operation", "a"}, {"collector", "cdr"}});
  auto& took = own.histogram(family_id::api_request_duration_seconds,
                             {{"operation", "a"}, {"collector", "cdr"}});
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}});
  const auto first = changed(own, "a");
  ASSERT_EQ(first.size(), 3U);
  EXPECT_TRUE(own.take_changed().empty());
  up.set(0);
  rows.increment(0);
  EXPECT_TRUE(own.take_changed().empty()) << "nothing changed";
  up.set(1);
  const auto second = own.take_changed();
  ASSERT_EQ(second.size(), 1U) << "b did not change";
  EXPECT_NE(second[0].pages[0], first[0]);
  EXPECT_EQ(second[0].pages[1], first[1]);
  EXPECT_EQ(second[0].pages[2], first[2]);
  rows.increment();
  took.observe(1);
  const auto third = changed(own, "a");
  EXPECT_EQ(third[0], second[0].pages[0]);
  EXPECT_NE(third[1], first[1]);
  EXPECT_NE(third[2], first[2]);
}

TEST(self_metrics, removes_an_operations_series) {
  self_metrics own{at_noon};
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).set(1);
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}}).set(1);
  own.histogram(family_id::api_response_bytes, {{"operation", "b"}, {"collector", "cdr"}});
  own.remove_operation("b");
  own.remove_operation("never");
  const auto left = own.take_changed();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].operation, "a");
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}});
  EXPECT_EQ(changed_text(own, "b"), "wolkvox_up{operation=\"b\",collector=\"cdr\"} 0\n");
}

TEST(self_metrics, removes_a_collectors_series_and_pages) {
  self_metrics own{at_noon};
  for (const char* collector : {"calls", "cdr"}) {
    own.gauge(family_id::up, {{"operation", "a"}, {"collector", collector}});
  }
  own.counter(family_id::windows_truncated_total, {{"operation", "a"}, {"collector", "cdr"}});
  own.gauge(family_id::platform_clock_skew_seconds, {{"operation", "a"}});
  ASSERT_EQ(changed(own, "a").size(), 3U);
  own.remove_collector("a", "cdr");
  own.remove_collector("never", "cdr");
  EXPECT_EQ(changed_text(own, "a"),
            "wolkvox_up{operation=\"a\",collector=\"calls\"} 0\n"
            "wolkvox_platform_clock_skew_seconds{operation=\"a\"} 0\n");
  own.counter(family_id::windows_truncated_total, {{"operation", "a"}, {"collector", "cdr"}});
  EXPECT_EQ(changed(own, "a").size(), 3U);
}

TEST(self_metrics, orders_series_by_label_with_numbers_by_amount) {
  self_metrics own{at_noon};
  for (const char* reason : {"10", "9", "", "x"}) {
    own.counter(family_id::rows_ignored_total,
                {{"operation", "a"}, {"collector", "cdr"}, {"reason", reason}});
  }
  std::string expected;
  for (const std::string reason : {"9", "10", "", "x"}) {
    expected += "wolkvox_rows_ignored_total{operation=\"a\",collector=\"cdr\",reason=\"" + reason +
                "\"} 0\n";
  }
  EXPECT_EQ(changed_text(own, "a"), expected);
}

}  // namespace
}  // namespace wolkvox::metrics
