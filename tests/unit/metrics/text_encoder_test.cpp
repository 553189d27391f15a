// The text format: escaping, numbers, shared labels, round trips. Conformity with prometheus-cpp
// and promtool: conformity_test.cpp.
#include "metrics/exposition/encoders.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <string>

#include "metrics/exposition/number_text.hpp"
#include "metrics/utf8.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

struct value_case {
  std::string_view raw;
  std::string_view written;
};

class label_value : public testing::TestWithParam<value_case> {};

TEST_P(label_value, is_escaped_and_valid) {
  recorder out;
  const label labels[] = {{"operation", GetParam().raw}};
  out.open(family_id::quota_used_requests);
  out.sample(out.block(labels), no_labels, 1);
  EXPECT_EQ(text_of(make_pages(out.finish())), "wolkvox_quota_used_requests{operation=\"" +
                                                   std::string{GetParam().written} + "\"} 1\n");
}

INSTANTIATE_TEST_SUITE_P(
    text_encoder, label_value,
    testing::Values(value_case{"", ""}, value_case{"acme", "acme"}, value_case{"a b", "a b"},
                    value_case{"a\\b", "a\\\\b"}, value_case{"a\"b", "a\\\"b"},
                    value_case{"a\nb", "a\\nb"}, value_case{"\\\"\n", "\\\\\\\"\\n"},
                    value_case{"\\n", "\\\\n"}, value_case{"a\tb\r", "a\tb\r"},
                    value_case{"Mu\xC3\xB1oz", "Mu\xC3\xB1oz"},
                    value_case{"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
                    value_case{"\xFF", "\xEF\xBF\xBD"}, value_case{"a\xC3", "a\xEF\xBF\xBD"},
                    value_case{"a\xE2\x82z\"", "a\xEF\xBF\xBDz\\\""},
                    value_case{"\xC0\xAF", "\xEF\xBF\xBD"},          // overlong
                    value_case{"\xED\xA0\x80x", "\xEF\xBF\xBDx"},    // surrogate
                    value_case{"\xF4\x90\x80\x80", "\xEF\xBF\xBD"},  // beyond U+10FFFF
                    value_case{"\xFFok\xFF", "\xEF\xBF\xBDok\xEF\xBF\xBD"}));

TEST(utf8, validity_agrees_with_repair) {
  for (const std::string_view text : {"", "abc", "\xC3\xB1", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"}) {
    EXPECT_TRUE(is_valid_utf8(text));
    EXPECT_EQ(to_valid_utf8(text), text);
  }
  for (const std::string_view text : {"\x80", "\xC3", "\xE2\x82", "\xED\xA0\x80", "a\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(text));
    EXPECT_TRUE(is_valid_utf8(to_valid_utf8(text)));
  }
}

struct number_case {
  double value;
  std::string_view written;
};

class number : public testing::TestWithParam<number_case> {};

TEST_P(number, is_written_the_short_way) {
  std::string text;
  append_number(text, GetParam().value);
  EXPECT_EQ(text, GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    text_encoder, number,
    testing::Values(number_case{0, "0"}, number_case{-0.0, "-0"}, number_case{1, "1"},
                    number_case{-7, "-7"}, number_case{0.1, "0.1"},
                    number_case{1.0 / 3, "0.3333333333333333"}, number_case{100000, "100000"},
                    number_case{1e15, "1000000000000000"},
                    number_case{9007199254740992.0, "9007199254740992"},
                    number_case{-9007199254740992.0, "-9007199254740992"},
                    number_case{1e16, "1e+16"}, number_case{1e300, "1e+300"},
                    number_case{0.000001, "1e-06"}, number_case{1234567.5, "1234567.5"},
                    number_case{5e-324, "5e-324"},
                    number_case{std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
                    number_case{std::numeric_limits<double>::quiet_NaN(), "NaN"},
                    number_case{std::numeric_limits<double>::infinity(), "+Inf"},
                    number_case{-std::numeric_limits<double>::infinity(), "-Inf"}));

TEST(text_encoder, shared_labels_come_before_own_ones) {
  recorder out;
  const label shared[] = {{"operation", "acme"}, {"agent_id", "7"}, {"agent", "Ana"}};
  const label own[] = {{"direction", "inbound"}};
  const auto ana = out.block(shared);
  const auto nobody = out.block({});
  out.open(family_id::agent_calls_total);
  out.sample(ana, out.block(own), 3);
  out.open(family_id::agent_occupancy_ratio);
  out.sample(ana, no_labels, 0.5);
  out.open(family_id::process_threads);
  out.sample(nobody, no_labels, 4);
  EXPECT_EQ(text_of(make_pages(out.finish())),
            "wolkvox_agent_calls_total{operation=\"acme\",agent_id=\"7\",agent=\"Ana\","
            "direction=\"inbound\"} 3\n"
            "wolkvox_agent_occupancy_ratio{operation=\"acme\",agent_id=\"7\",agent=\"Ana\"} 0.5\n"
            "process_threads 4\n");
}

TEST(text_encoder, histogram_is_buckets_then_sum_and_count) {
  recorder out;
  const label shared[] = {{"operation", "acme"}};
  const double bounds[] = {0.5, 1000000};
  const std::uint64_t cumulative[] = {1, 3, 4};
  out.open(family_id::api_request_duration_seconds);
  out.sample(out.block(shared), no_labels, histogram_value{bounds, cumulative, 2000001.25});
  const auto pages = make_pages(out.finish());
  EXPECT_EQ(text_of(pages),
            "wolkvox_api_request_duration_seconds_bucket{operation=\"acme\",le=\"0.5\"} 1\n"
            "wolkvox_api_request_duration_seconds_bucket{operation=\"acme\",le=\"1000000\"} 3\n"
            "wolkvox_api_request_duration_seconds_bucket{operation=\"acme\",le=\"+Inf\"} 4\n"
            "wolkvox_api_request_duration_seconds_sum{operation=\"acme\"} 2000001.25\n"
            "wolkvox_api_request_duration_seconds_count{operation=\"acme\"} 4\n");
  EXPECT_EQ(pages.front()->lines(), 5U);
}

// One without bounds of its own stores none: the next one's begin at the same place.
TEST(text_encoder, histogram_behind_one_without_bounds_has_all_its_buckets) {
  recorder out;
  const double bounds[] = {0.5, 2};
  const std::uint64_t cumulative[] = {1, 3, 4};
  out.open(family_id::api_request_duration_seconds);
  out.sample(no_labels, no_labels, histogram_value{{}, std::span{cumulative}.first(1), 1});
  out.sample(no_labels, no_labels, histogram_value{bounds, cumulative, 5});
  EXPECT_EQ(text_of(make_pages(out.finish())),
            "wolkvox_api_request_duration_seconds_bucket{le=\"+Inf\"} 1\n"
            "wolkvox_api_request_duration_seconds_sum 1\n"
            "wolkvox_api_request_duration_seconds_count 1\n"
            "wolkvox_api_request_duration_seconds_bucket{le=\"0.5\"} 1\n"
            "wolkvox_api_request_duration_seconds_bucket{le=\"2\"} 3\n"
            "wolkvox_api_request_duration_seconds_bucket{le=\"+Inf\"} 4\n"
            "wolkvox_api_request_duration_seconds_sum 5\n"
            "wolkvox_api_request_duration_seconds_count 4\n");
}

TEST(text_encoder, pages_are_one_per_family_and_leave_the_recorder_empty) {
  recorder out;
  out.open(family_id::process_threads);
  out.sample(no_labels, no_labels, 4);
  out.open(family_id::agent_status);  // no samples
  out.open(family_id::process_threads);
  out.sample(no_labels, no_labels, 5);
  const auto pages = make_pages(out.finish());
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages.front()->family(), family_id::process_threads);
  EXPECT_EQ(pages.front()->lines(), 2U);
  EXPECT_EQ(join(pages.front()->body(format::text)), "process_threads 4\nprocess_threads 5\n");
  EXPECT_TRUE(make_pages(out.finish()).empty());
}

TEST(text_encoder, refuses_misuse) {
  recorder out;
  const auto block = out.block({});
  EXPECT_THROW(out.sample(block, no_labels, 1), std::logic_error) << "no family is open";
  out.open(family_id::api_response_bytes);
  const double bounds[] = {1};
  const std::uint64_t cumulative[] = {1};
  EXPECT_THROW(out.sample(block, no_labels, histogram_value{bounds, cumulative, 1}),
               std::logic_error);
}

TEST(text_encoder, header_names_the_type) {
  EXPECT_EQ(lines_header(format::text, family_id::process_threads),
            "# HELP process_threads Threads of the process, as of now.\n"
            "# TYPE process_threads gauge\n");
  EXPECT_TRUE(lines_header(format::text, family_id::calls_total)
                  .ends_with("# TYPE wolkvox_calls_total counter\n"));
  EXPECT_TRUE(lines_header(format::text, family_id::api_response_bytes)
                  .ends_with("# TYPE wolkvox_api_response_bytes histogram\n"));
}

std::string random_text(std::mt19937_64& random) {
  constexpr std::string_view pieces[] = {
      "a",  "\\",           "\"", "\n", "{", "}", ",", "=", " ", "\xC3\xB1", "\xF0\x9F\x98\x80",
      "\t", "\xE2\x82\xAC", "#",  "n"};
  std::string text;
  for (auto size = random() % 8; size > 0; --size) {
    text += pieces[random() % std::size(pieces)];
  }
  return text;
}

TEST(text_encoder, whatever_is_written_reads_back) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random{seed};
    recorder out;
    const auto agent = random_text(random);
    const auto status = random_text(random);
    const auto value = std::bit_cast<double>(random());
    const label shared[] = {{"operation", "acme"}, {"agent", agent}};
    const label own[] = {{"status", status}};
    out.open(family_id::agent_status);
    out.sample(out.block(shared), out.block(own), value);
    const auto read = exposition_reader{text_of(make_pages(out.finish()))}.read();
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].name, "wolkvox_agent_status");
    EXPECT_EQ(read[0].labels, (std::vector<std::pair<std::string, std::string>>{
                                  {"operation", "acme"}, {"agent", agent}, {"status", status}}));
    EXPECT_TRUE(read[0].value == value || (std::isnan(read[0].value) && std::isnan(value)));
  }
}

}  // namespace
}  // namespace wolkvox::metrics
