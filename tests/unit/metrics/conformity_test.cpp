// Others agree: prometheus-cpp's own serializer on inputs that it writes rightly, and Prometheus'
// promtool on a page with every family.
#include <gtest/gtest.h>
#include <prometheus/histogram.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "metrics/exposition/collected_histogram.hpp"
#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/page_text.hpp"
#include "tests/unit/metrics/scratch_directory.hpp"

namespace wolkvox::metrics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Labels as they are collected: the tests give them in the table's order.
void write(const prometheus::MetricFamily& collected, sink& out) {
  out.open(find_family(collected.name).value());
  for (const auto& metric : collected.metric) {
    std::vector<label> labels;
    for (const auto& [name, value] : metric.label) {
      labels.push_back({name, value});
    }
    const auto block = out.block(labels);
    switch (collected.type) {
      case prometheus::MetricType::Counter:
        out.sample(block, no_labels, metric.counter.value);
        break;
      case prometheus::MetricType::Gauge:
        out.sample(block, no_labels, metric.gauge.value);
        break;
      default:
        out.sample(block, no_labels, collected_histogram{metric.histogram}.value());
    }
  }
}

std::string ours(const std::vector<prometheus::MetricFamily>& families) {
  recorder out;
  for (const auto& each : families) {
    write(each, out);
  }
  page_store store;
  store.publish("", "test", make_pages(out.finish()));
  return join(store.gather({}, {}, {})->body({}, {}));
}

std::string theirs(const std::vector<prometheus::MetricFamily>& families) {
  return prometheus::TextSerializer{}.Serialize(families);
}

prometheus::MetricFamily empty_family(family_id id, prometheus::MetricType type) {
  const auto& about = describe(id);
  return {std::string{about.name}, std::string{about.help}, type, {}};
}

prometheus::MetricFamily one_series(family_id id, prometheus::MetricType type, double value) {
  auto family = empty_family(id, type);
  prometheus::ClientMetric metric;
  for (const auto name : describe(id).labels) {
    metric.label.push_back({std::string{name}, std::string{name} + " value"});
  }
  metric.counter.value = value;
  metric.gauge.value = value;
  family.metric.push_back(metric);
  return family;
}

TEST(text_serializer_of_prometheus_cpp, writes_the_same_bytes_for_counters_and_gauges) {
  for (const double value :
       {0.0, 1.0, -1.0, 0.5, 1234.25, 100000.0, 1e6, 123456789.0, 1e15, infinity, -infinity}) {
    const auto gauge = one_series(family_id::up, prometheus::MetricType::Gauge, value);
    EXPECT_EQ(ours({gauge}), theirs({gauge}));
    const auto counter = one_series(family_id::rows_total, prometheus::MetricType::Counter, value);
    EXPECT_EQ(ours({counter}), theirs({counter}));
  }
}

TEST(text_serializer_of_prometheus_cpp, writes_the_same_bytes_for_escaped_labels) {
  for (const char* value : {"a\\b", "a\"b", "a\nb", "Mu\xC3\xB1oz", ""}) {
    auto gauge = one_series(family_id::up, prometheus::MetricType::Gauge, 1);
    gauge.metric[0].label[1].value = value;
    EXPECT_EQ(ours({gauge}), theirs({gauge}));
  }
}

std::vector<std::string> sorted_lines(const std::string& text) {
  std::istringstream in{text};
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  std::ranges::sort(lines);
  return lines;
}

// It writes a histogram's sum and count before the buckets; the lines are the same.
TEST(text_serializer_of_prometheus_cpp, writes_the_same_lines_for_histograms) {
  auto family = empty_family(family_id::api_response_bytes, prometheus::MetricType::Histogram);
  prometheus::Histogram histogram{{256.0, 1024.0, 65536.0, 268435456.0}};
  std::mt19937_64 random{1};
  for (int i = 0; i < 1000; ++i) {
    histogram.Observe(static_cast<double>(random() % 1'000'000));
  }
  auto metric = histogram.Collect();
  metric.label = {{"operation", "acme"}, {"collector", "cdr"}};
  family.metric.push_back(metric);
  EXPECT_EQ(sorted_lines(ours({family})), sorted_lines(theirs({family})));
}

std::vector<label> labels_of(const family& about, std::string_view value) {
  std::vector<label> labels;
  for (const auto name : about.labels) {
    labels.push_back({name, name == "operation" ? std::string_view{"acme"} : value});
  }
  return labels;
}

page_set every_family() {
  recorder out;
  const std::string odd = "\"quoted\\\" {new\nline} \xC3\xB1 \xFF";
  for (const auto& about : all_families()) {
    out.open(about.id);
    for (const auto& value : {std::string{"plain"}, odd}) {
      const auto block = out.block(labels_of(about, value));
      if (about.type == metric_type::histogram) {
        std::vector<std::uint64_t> cumulative(about.buckets.size() + 1, 3);
        out.sample(block, no_labels, histogram_value{about.buckets, cumulative, 12.5});
      } else {
        out.sample(block, no_labels, 1);
      }
      if (std::ranges::all_of(about.labels, [](auto name) { return name == "operation"; })) {
        break;  // the second would be the same series: promtool refuses it from 2.53 on
      }
    }
  }
  return make_pages(out.finish());
}

TEST(promtool, accepts_a_page_of_everything) {
  page_store store;
  store.publish("acme", "everything", every_family());
  const scratch_directory files;
  const auto path = files.write("page", join(store.gather({}, {}, {})->body({}, {})));
  const auto checked = files.run("promtool check metrics <" + path);
  EXPECT_EQ(checked.status, 0) << checked.out << checked.errors;
}

}  // namespace
}  // namespace wolkvox::metrics
