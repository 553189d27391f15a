// The exporter's own families: what is refused, filtered, removed, and in what order they
// stand.
#include "metrics/exposition/self_metrics.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

TEST(self_metrics, writes_labels_and_series_in_the_tables_order) {
  self_metrics own;
  own.counter(family_id::rows_ignored_total,
              {{"operation", "b"}, {"collector", "calls"}, {"reason", "result"}})
      .Increment(2);
  own.counter(family_id::rows_ignored_total,
              {{"operation", "a"}, {"collector", "cdr"}, {"reason", "date"}});
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).Set(1);
  EXPECT_EQ(
      text_of(own.pages({})),
      "wolkvox_up{operation=\"a\",collector=\"cdr\"} 1\n"
      "wolkvox_rows_ignored_total{operation=\"a\",collector=\"cdr\",reason=\"date\"} 0\n"
      "wolkvox_rows_ignored_total{operation=\"b\",collector=\"calls\",reason=\"result\"} 2\n");
}

TEST(self_metrics, gives_the_same_series_again) {
  self_metrics own;
  auto& first = own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}});
  auto& again = own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}});
  EXPECT_EQ(&first, &again);
}

TEST(self_metrics, histograms_have_the_tables_buckets) {
  self_metrics own;
  own.histogram(family_id::api_request_duration_seconds, {{"operation", "a"}, {"collector", "cdr"}})
      .Observe(0.2);
  const auto text = text_of(own.pages({}));
  EXPECT_NE(text.find("collector=\"cdr\",le=\"0.1\"} 0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("collector=\"cdr\",le=\"0.25\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("collector=\"cdr\",le=\"+Inf\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("_sum{operation=\"a\",collector=\"cdr\"} 0.2\n"), std::string::npos) << text;
}

TEST(self_metrics, refuses_other_labels_and_types) {
  self_metrics own;
  EXPECT_THROW(own.gauge(family_id::up, {{"operation", "a"}}), std::logic_error);
  EXPECT_THROW(own.gauge(family_id::up, {{"collector", "c"}, {"operation", "a"}}),
               std::logic_error);
  EXPECT_THROW(own.gauge(family_id::up, {{"operation", "a"}, {"collector", "c"}, {"x", ""}}),
               std::logic_error);
  EXPECT_THROW(own.counter(family_id::up, {{"operation", "a"}, {"collector", "c"}}),
               std::logic_error);
  EXPECT_THROW(own.gauge(family_id::api_response_bytes, {{"operation", "a"}, {"collector", "c"}}),
               std::logic_error);
  EXPECT_TRUE(own.pages({}).empty());
}

TEST(self_metrics, filters_by_name_and_operation) {
  self_metrics own;
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).Set(1);
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}}).Set(1);
  own.gauge(family_id::exporter_scrapes_in_flight, {}).Set(1);
  EXPECT_EQ(text_of(own.pages({.names = {}, .operations = {"b"}})),
            "wolkvox_up{operation=\"b\",collector=\"cdr\"} 1\n");
  EXPECT_EQ(text_of(own.pages({.names = {"wolkvox_exporter_scrapes_in_flight"}, .operations = {}})),
            "wolkvox_exporter_scrapes_in_flight 1\n");
  EXPECT_TRUE(
      own.pages({.names = {"wolkvox_exporter_scrapes_in_flight"}, .operations = {"b"}}).empty());
}

TEST(self_metrics, removes_an_operations_series) {
  self_metrics own;
  own.gauge(family_id::up, {{"operation", "a"}, {"collector", "cdr"}}).Set(1);
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}}).Set(1);
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}});
  own.histogram(family_id::api_response_bytes, {{"operation", "b"}, {"collector", "cdr"}});
  own.remove_operation("b");
  own.remove_operation("never");
  EXPECT_EQ(text_of(own.pages({})), "wolkvox_up{operation=\"a\",collector=\"cdr\"} 1\n");
  own.gauge(family_id::up, {{"operation", "b"}, {"collector", "cdr"}});
  EXPECT_EQ(text_of(own.pages({.names = {}, .operations = {"b"}})),
            "wolkvox_up{operation=\"b\",collector=\"cdr\"} 0\n");
}

TEST(self_metrics, hidden_families_are_kept_but_not_shown) {
  self_metrics own;
  own.hide(family_id::exporter_scrapes_in_flight);
  own.gauge(family_id::exporter_scrapes_in_flight, {}).Set(1);
  EXPECT_TRUE(own.pages({}).empty());
}

TEST(self_metrics, orders_series_by_label_with_numbers_by_amount) {
  self_metrics own;
  for (const char* reason : {"10", "9", "", "x"}) {
    own.counter(family_id::rows_ignored_total,
                {{"operation", "a"}, {"collector", "cdr"}, {"reason", reason}});
  }
  std::string expected;
  for (const std::string reason : {"9", "10", "", "x"}) {
    expected += "wolkvox_rows_ignored_total{operation=\"a\",collector=\"cdr\",reason=\"" + reason +
                "\"} 0\n";
  }
  EXPECT_EQ(text_of(own.pages({})), expected);
}

}  // namespace
}  // namespace wolkvox::metrics
