// All formats say the same: random expositions read back from text by our reader and promtool, from
// OpenMetrics by the strict parser of Python's client, from protobuf by protozero and protoc.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <protozero/pbf_message.hpp>
#include <random>
#include <string>
#include <vector>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/protobuf_fields.hpp"
#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"
#include "tests/unit/metrics/scratch_directory.hpp"

namespace wolkvox::metrics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::string random_text(std::mt19937_64& random) {
  constexpr std::string_view pieces[] = {
      "a",  "\\", "\"", "\n", "{", "}", ",", "=",  " ",   "\xC3\xB1",    "\xF0\x9F\x98\x80",
      "\t", "#",  "n",  "'",  "%", "7", "+", "\r", "\\n", "\xE2\x82\xAC"};
  std::string text;
  for (auto size = random() % 8; size > 0; --size) {
    text += pieces[random() % std::size(pieces)];
  }
  return text;
}

double random_gauge(std::mt19937_64& random) {
  switch (random() % 6) {
    case 0:
      return std::bit_cast<double>(random());  // NaN and subnormal numbers among them
    case 1:
      return static_cast<double>(random() % 10'000);
    case 2:
      return static_cast<double>(random() % 10'000) / 7;
    case 3:
      return std::numeric_limits<double>::denorm_min() * static_cast<double>(random() % 100);
    case 4:
      return random() % 2 == 0 ? infinity : -infinity;
    default:
      return std::numeric_limits<double>::quiet_NaN();
  }
}

// Counters are never negative, nor NaN (OpenMetrics 1.0).
double random_count(std::mt19937_64& random) {
  return random() % 2 == 0 ? static_cast<double>(random() >> (random() % 60))
                           : static_cast<double>(random() % 1'000'000) / 1000;
}

void write_random_histogram(const family& about, label_block labels, label_block own, sink& out,
                            std::mt19937_64& random) {
  std::vector<double> bounds{about.buckets.begin(), about.buckets.end()};
  if (random() % 2 == 0) {
    bounds = {0.001, 0.5, 1, 2.5, 1e6, 1e16};  // as a configuration may have it
  }
  std::vector<std::uint64_t> cumulative(bounds.size() + 1);
  std::uint64_t count = 0;
  for (auto& each : cumulative) {
    each = count += random() % 1000;
  }
  out.sample(labels, own, histogram_value{bounds, cumulative, random_count(random)});
}

// Up to five series of every third family, from two operations.
page_store random_exposition(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  page_store store;
  for (const std::string operation : {"acme", "be\\ta"}) {
    recorder out;
    for (const auto& about : all_families()) {
      if (about.labels.empty() || random() % 3 != 0) {
        continue;
      }
      out.open(about.id);
      for (auto left = random() % 5; left > 0; --left) {
        std::vector<std::string> values;
        for (const auto name : about.labels) {
          values.push_back(name == "operation" ? operation : random_text(random));
        }
        values.back() += std::to_string(left);  // no two alike
        std::vector<label> labels;
        for (std::size_t i = 0; i < values.size(); ++i) {
          labels.push_back({about.labels[i], values[i]});
        }
        const auto cut = static_cast<std::ptrdiff_t>(random() % (labels.size() + 1));
        const auto shared = out.block(std::vector<label>(labels.begin(), labels.begin() + cut));
        const auto own = out.block(std::vector<label>(labels.begin() + cut, labels.end()));
        if (about.type == metric_type::histogram) {
          write_random_histogram(about, shared, own, out, random);
        } else {
          out.sample(
              shared, own,
              about.type == metric_type::counter ? random_count(random) : random_gauge(random));
        }
      }
    }
    store.publish(operation, "all", make_pages(out.finish()));
  }
  return store;
}

std::string whole(page_store& store, format as) {
  const form wanted{as, encoding::identity};
  return join(store.gather({}, wanted, {})->body(wanted, {}));
}

// Bounds are written differently; they are the same numbers.
std::vector<read_sample> normal(std::vector<read_sample> samples) {
  for (auto& each : samples) {
    for (auto& [name, value] : each.labels) {
      double bound = 0;
      if (name == "le" && value != "+Inf") {
        std::from_chars(value.data(), value.data() + value.size(), bound);
        value = std::to_string(std::bit_cast<std::uint64_t>(bound));
      }
    }
  }
  return samples;
}

void expect_same(const std::vector<read_sample>& a, const std::vector<read_sample>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].name, b[i].name);
    ASSERT_EQ(a[i].labels, b[i].labels) << a[i].name;
    ASSERT_TRUE(a[i].value == b[i].value || (std::isnan(a[i].value) && std::isnan(b[i].value)))
        << a[i].name << ' ' << a[i].value << ' ' << b[i].value;
  }
}

TEST(formats, openmetrics_says_what_text_says_to_a_strict_parser) {
  const scratch_directory files;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed);
    const auto path = files.write("openmetrics", whole(store, format::openmetrics));
    const auto read = files.run(
        "/usr/bin/python3 " WOLKVOX_SOURCE_DIR "/tests/unit/metrics/read_openmetrics.py " + path);
    ASSERT_EQ(read.status, 0) << read.errors;
    expect_same(normal(exposition_reader{whole(store, format::text)}.read()),
                normal(exposition_reader{read.out}.read()));
  }
}

TEST(formats, text_is_accepted_by_promtool) {
  const scratch_directory files;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    auto store = random_exposition(seed);
    const auto path = files.write("text", whole(store, format::text));
    const auto checked = files.run("promtool check metrics <" + path);
    EXPECT_EQ(checked.status, 0) << seed << checked.out << checked.errors;
  }
}

// Metric messages to samples, as the text format names them.
class protobuf_reader {
 public:
  explicit protobuf_reader(const std::string& exposition) : rest_(exposition) {}

  std::vector<read_sample> read() {
    while (!rest_.empty()) {
      const char* at = rest_.data();
      const auto size = protozero::decode_varint(&at, rest_.data() + rest_.size());
      rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()));
      read_family({rest_.data(), size});
      rest_.remove_prefix(size);
    }
    return std::move(samples_);
  }

 private:
  void read_family(protozero::data_view message) {
    std::string name;
    protozero::pbf_message<protobuf::metric_family> family{message};
    while (family.next()) {
      if (family.tag() == protobuf::metric_family::name) {
        name = family.get_string();
      } else if (family.tag() == protobuf::metric_family::metric) {
        read_metric(name, family.get_view());
      } else {
        family.skip();
      }
    }
  }

  void read_metric(const std::string& name, protozero::data_view message) {
    labels_.clear();
    protozero::pbf_message<protobuf::metric> metric{message};
    while (metric.next()) {
      switch (metric.tag()) {
        case protobuf::metric::label: {
          protozero::pbf_message<protobuf::label_pair> pair{metric.get_view()};
          auto& [key, value] = labels_.emplace_back();
          while (pair.next()) {
            const bool is_name = pair.tag() == protobuf::label_pair::name;
            (is_name ? key : value) = pair.get_string();
          }
          break;
        }
        case protobuf::metric::histogram:
          read_histogram(name, metric.get_view());
          break;
        default: {
          protozero::pbf_message<protobuf::number> number{metric.get_view()};
          number.next();
          samples_.push_back({name, labels_, number.get_double()});
        }
      }
    }
  }

  void read_histogram(const std::string& name, protozero::data_view message) {
    std::uint64_t count = 0;
    double sum = 0;
    protozero::pbf_message<protobuf::histogram> histogram{message};
    while (histogram.next()) {
      switch (histogram.tag()) {
        case protobuf::histogram::sample_count:
          count = histogram.get_uint64();
          break;
        case protobuf::histogram::sample_sum:
          sum = histogram.get_double();
          break;
        case protobuf::histogram::bucket: {
          protozero::pbf_message<protobuf::bucket> bucket{histogram.get_view()};
          bucket.next();
          const auto cumulative = static_cast<double>(bucket.get_uint64());
          bucket.next();
          std::array<char, 32> bound{};
          *std::to_chars(bound.data(), bound.data() + 31, bucket.get_double()).ptr = '\0';
          add(name + "_bucket", bound.data(), cumulative);
          break;
        }
      }
    }
    add(name + "_bucket", "+Inf", static_cast<double>(count));
    samples_.push_back({name + "_sum", labels_, sum});
    samples_.push_back({name + "_count", labels_, static_cast<double>(count)});
  }

  void add(const std::string& name, const std::string& bound, double value) {
    auto labels = labels_;
    labels.emplace_back("le", bound);
    samples_.push_back({name, labels, value});
  }

  std::string_view rest_;
  std::vector<std::pair<std::string, std::string>> labels_;
  std::vector<read_sample> samples_;
};

TEST(formats, protobuf_says_what_text_says) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed);
    expect_same(normal(exposition_reader{whole(store, format::text)}.read()),
                normal(protobuf_reader{whole(store, format::protobuf)}.read()));
  }
}

// A field of another exposition put before each length makes one message of the sequence.
std::string as_one_message(const std::string& delimited) {
  std::string message;
  std::string_view rest = delimited;
  while (!rest.empty()) {
    const char* at = rest.data();
    const auto size = protozero::decode_varint(&at, rest.data() + rest.size());
    const auto end = static_cast<std::size_t>(at - rest.data()) + size;
    message += '\x0a';
    message += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return message;
}

TEST(formats, protobuf_is_decoded_by_protoc_without_unknown_fields) {
  const scratch_directory files;
  auto store = random_exposition(1);
  const auto path = files.write("protobuf", as_one_message(whole(store, format::protobuf)));
  const auto decoded = files.run("protoc --proto_path=" WOLKVOX_SOURCE_DIR
                                 "/tests/unit/metrics --decode=io.prometheus.client.families "
                                 "metrics.proto <" +
                                 path);
  ASSERT_EQ(decoded.status, 0) << decoded.errors;
  const auto count = [&](std::string_view what) {
    std::size_t found = 0;
    for (auto at = decoded.out.find(what); at != std::string::npos;
         at = decoded.out.find(what, at + 1)) {
      ++found;
    }
    return found;
  };
  const auto text = whole(store, format::text);
  EXPECT_EQ(count("\nfamily {") + 1, count("  type: "));
  EXPECT_EQ(count("\n    label {"), count("\n      name: \""));
  for (const auto& line : {"\n  1:", "\n    1:", "\n      1:", "\n        1:"}) {
    EXPECT_EQ(count(line), 0U) << "an unknown field";
  }
  std::size_t families = 0;
  for (auto at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1)) {
    ++families;
  }
  EXPECT_EQ(count("\n  name: \""), families) << "each family once, whatever the operations";
}

TEST(openmetrics, writes_metadata_and_its_end) {
  page_store store;
  EXPECT_EQ(whole(store, format::openmetrics), "# EOF\n");
  EXPECT_EQ(lines_header(format::openmetrics, family_id::agent_hold_seconds_total)
                .substr(lines_header(format::openmetrics, family_id::agent_hold_seconds_total)
                            .find("# TYPE")),
            "# TYPE wolkvox_agent_hold_seconds counter\n"
            "# UNIT wolkvox_agent_hold_seconds seconds\n");
}

// OpenMetrics knows a counter without its _total, and reserves suffixes: no two families may meet.
TEST(openmetrics, names_of_families_do_not_meet) {
  std::vector<std::string> names;
  for (const auto& about : all_families()) {
    std::string name{about.name};
    if (about.type == metric_type::counter) {
      name.resize(name.size() - std::string_view{"_total"}.size());
      names.push_back(name + "_total");
      names.push_back(name + "_created");
    } else if (about.type == metric_type::histogram) {
      for (const auto* suffix : {"_bucket", "_sum", "_count", "_created"}) {
        names.push_back(name + suffix);
      }
    }
    names.push_back(name);
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace wolkvox::metrics
