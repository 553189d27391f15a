// What only OpenMetrics and protobuf say of what accumulates: beginnings, native buckets,
// exemplars.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "metrics/exposition/encoders.hpp"
#include "tests/unit/metrics/desk.hpp"
#include "tests/unit/metrics/page_text.hpp"
#include "tests/unit/metrics/protobuf_reader.hpp"

namespace wolkvox::metrics {
namespace {

using namespace std::chrono_literals;

std::chrono::sys_seconds date(std::int64_t seconds) {
  return std::chrono::sys_seconds{std::chrono::seconds{seconds}};
}

// The only metric as protobuf shows it.
read_metric metric_of(const desk& of) {
  const auto body = text_of(of.pages, format::protobuf);
  const auto message = message_header(of.pages.at(0)->family(), body.size()) + body;
  return protobuf_reader{message}.metrics().at(0);
}

TEST(accumulated, native_histogram_is_at_0_first) {
  desk acme;
  acme.poll(0s, {waits({2, 1, 2}, 100'250'000)});
  auto shown = metric_of(acme);
  EXPECT_TRUE(shown.is_native) << "from the first: Prometheus must know what it will be";
  EXPECT_EQ(shown.count, 0U);
  EXPECT_EQ(shown.native.total(), 0U);
  acme.poll(130s, {waits({2, 1, 3}, 130'250'000)});
  shown = metric_of(acme);
  EXPECT_EQ(shown.count, 6U);
  EXPECT_EQ(shown.native.total(), 6U);
  EXPECT_EQ(shown.native.buckets.at(native_buckets::index_of(10)), 2);
}

TEST(accumulated, series_tell_when_they_began) {
  desk acme;
  auto counter = calls("7", 3);
  counter.started = date(1'795'000'000);
  acme.poll(0s, {counter});
  EXPECT_EQ(metric_of(acme).started, 1'795'000'000);
  EXPECT_EQ(text_of(acme.pages, format::openmetrics).find("_created"), std::string::npos);
  desk without;
  without.poll(0s, {calls("7", 3)});
  EXPECT_EQ(metric_of(without).started, 0) << "an older ledger does not know";
}

TEST(accumulated, openmetrics_tells_beginnings_where_wanted) {
  desk acme{no_limit, show_name, created_samples::written};
  auto wait = waits({0, 0, 0}, 0);
  wait.started = date(1'795'000'000);
  acme.poll(0s, {wait});
  EXPECT_NE(text_of(acme.pages, format::openmetrics)
                .find("wolkvox_abandoned_call_wait_seconds_created{operation=\"acme\","
                      "skill_id=\"7\",skill=\"7\"} 1795000000\n"),
            std::string::npos);
  EXPECT_EQ(acme.text().find("_created"), std::string::npos);
}

// Beginning, and above 0: a reader of beginnings would count what the old name had counted again.
TEST(accumulated, renamed_series_does_not_tell_when_it_began) {
  desk acme;
  auto counter = calls("7", 4, true);
  counter.started = date(1'795'000'000);
  acme.counted.restore({counter}, {});
  acme.publish(0s);
  EXPECT_EQ(metric_of(acme).started, 1'795'000'000);
  name_directory names;
  names.learn(named_thing::skill, "7", "Ventas");
  acme.rename(names);
  acme.poll(130s, {counter});
  EXPECT_EQ(metric_of(acme).started, 0);
  EXPECT_EQ(acme.value(), 4);
}

TEST(accumulated, exemplars_wait_with_what_they_are_of_and_stay) {
  desk acme;
  auto first = waits({0, 1, 1}, 60'000'000);
  first.exemplars = {{.conn_id = "ivr.1.1", .amount = quantity::from_count(15), .at = date(100)},
                     {.conn_id = "ivr.1.2", .amount = quantity::from_count(45), .at = date(101)}};
  acme.poll(0s, {first});
  EXPECT_TRUE(metric_of(acme).exemplars.empty()) << "its buckets show 0";
  acme.publish(130s);
  EXPECT_EQ(metric_of(acme).exemplars.size(), 2U);
  auto second = waits({0, 2, 1}, 80'000'000);
  second.exemplars = {{.conn_id = "ivr.1.3", .amount = quantity::from_count(20), .at = date(102)}};
  acme.poll(131s, {second});
  const auto text = text_of(acme.pages, format::openmetrics);
  EXPECT_NE(text.find(",le=\"20.0\"} 2 # {conn_id=\"ivr.1.3\"} 20 102\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find(",le=\"+Inf\"} 3 # {conn_id=\"ivr.1.2\"} 45 101\n"), std::string::npos)
      << text;
  EXPECT_EQ(acme.text().find("conn_id"), std::string::npos) << "not in text 0.0.4";
}

}  // namespace
}  // namespace wolkvox::metrics
