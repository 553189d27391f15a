// All formats say the same: random expositions read back from text by our reader and promtool, from
// OpenMetrics by the strict parser of Python's client, from protobuf by protozero and protoc.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <protozero/varint.hpp>
#include <random>
#include <string>
#include <vector>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/label_text.hpp"
#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/recording.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"
#include "tests/unit/metrics/page_text.hpp"
#include "tests/unit/metrics/protobuf_reader.hpp"
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

// Now and then the time is not known.
std::chrono::sys_seconds random_start(std::mt19937_64& random) {
  return std::chrono::sys_seconds{
      std::chrono::seconds{random() % 4 == 0 ? 0 : random() % 2'000'000'000}};
}

std::vector<double> random_bounds(const family& about, std::mt19937_64& random) {
  if (random() % 2 == 0) {
    return {about.buckets.begin(), about.buckets.end()};
  }
  return {0.001, 0.5, 1, 2.5, 1e6, 1e16};  // as a configuration may have it
}

// The strict parser takes a brace within the quotes of an exemplar for the end of its labels.
std::string random_id(std::mt19937_64& random) {
  auto text = random_text(random) + "x";
  std::erase(text, '}');
  return text;
}

// Observations in classic and native buckets, some with an exemplar.
void write_random_histogram(const family& about, label_block labels, label_block own, sink& out,
                            std::mt19937_64& random) {
  const auto bounds = random_bounds(about, random);
  std::vector<std::uint64_t> cumulative(bounds.size() + 1);
  native_buckets native;
  std::vector<exemplar> exemplars;
  for (auto left = random() % 40; left > 0; --left) {
    const exemplar call{.conn_id = random_id(random),
                        .amount = quantity::from_micros(
                            static_cast<std::int64_t>(random() >> (14 + random() % 50))),
                        .at = random_start(random)};
    const auto times = random() >> (24 + random() % 40);
    const auto bucket = std::ranges::lower_bound(bounds, call.amount.value()) - bounds.begin();
    for (auto i = static_cast<std::size_t>(bucket); i < cumulative.size(); ++i) {
      cumulative[i] += times;
    }
    native.observe(call.amount.value(), times);
    if (random() % 3 == 0 && call.at != std::chrono::sys_seconds{}) {
      keep_latest(exemplars, bounds, call);
    }
  }
  histogram_value value{.bounds = bounds,
                        .cumulative = cumulative,
                        .sum = random_count(random),
                        .started = random_start(random),
                        .exemplars = exemplars};
  if (random() % 4 != 0) {
    value.native = {.zero_count = native.zero_count(), .positive = native.positive()};
  }
  out.sample(labels, own, value);
}

void write_random_number(const family& about, label_block shared, label_block own, sink& out,
                         std::mt19937_64& random) {
  if (about.type == metric_type::gauge) {
    out.sample(shared, own, random_gauge(random));
  } else if (random() % 3 == 0) {
    out.sample(shared, own, random_count(random));
  } else {
    out.sample(shared, own,
               counter_value{.value = random_count(random), .started = random_start(random)});
  }
}

// Up to five series of every third family, from two operations.
page_store random_exposition(std::uint64_t seed,
                             created_samples created = created_samples::left_out) {
  std::mt19937_64 random{seed};
  page_store store;
  for (const std::string operation : {"acme", "be\\ta"}) {
    recorder out{created};
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
          write_random_number(about, shared, own, out, random);
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

// What Python's strict parser reads; exemplars stand in comments.
std::string strictly_read(const scratch_directory& files, page_store& store) {
  const auto path = files.write("openmetrics", whole(store, format::openmetrics));
  const auto read = files.run(
      "/usr/bin/python3 " WOLKVOX_SOURCE_DIR "/tests/unit/metrics/read_openmetrics.py " + path);
  EXPECT_EQ(read.status, 0) << read.errors;
  return read.out;
}

TEST(formats, openmetrics_says_what_text_says_to_a_strict_parser) {
  const scratch_directory files;
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed);
    expect_same(normal(exposition_reader{whole(store, format::text)}.read()),
                normal(exposition_reader{strictly_read(files, store)}.read()));
  }
}

std::string all_labels(const std::vector<std::pair<std::string, std::string>>& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    const label each{.name = name, .value = value};
    append_labels(text, {&each, 1});
    text += ';';
  }
  return text;
}

std::string exemplar_line(const read_metric& of, const read_exemplar& shown) {
  double bound = 0;
  std::from_chars(shown.bound.data(), shown.bound.data() + shown.bound.size(), bound);
  return "# exemplar " + of.name + "_bucket " + all_labels(of.labels) + ' ' +
         (shown.bound == "+Inf" ? "inf" : std::to_string(bound)) + ' ' + all_labels(shown.labels) +
         ' ' + std::to_string(shown.value) + ' ' + std::to_string(shown.at);
}

std::vector<std::string> lines_that_begin(const std::string& text, std::string_view with) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    if (text.compare(at, with.size(), with) == 0) {
      lines.push_back(text.substr(at, end - at));
    }
    at = end + 1;
  }
  return lines;
}

TEST(formats, openmetrics_and_protobuf_have_the_same_exemplars) {
  const scratch_directory files;
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed);
    std::vector<std::string> expected;
    const protobuf_reader message{whole(store, format::protobuf)};
    for (const auto& metric : message.metrics()) {
      for (const auto& each : metric.exemplars) {
        expected.push_back(exemplar_line(metric, each));
      }
    }
    seen += expected.size();
    EXPECT_EQ(lines_that_begin(strictly_read(files, store), "# exemplar "), expected);
    EXPECT_EQ(whole(store, format::text).find(" # {conn_id=\""), std::string::npos)
        << "text has none";
  }
  EXPECT_GT(seen, 50U);
}

TEST(formats, openmetrics_tells_when_asked_to_what_protobuf_tells_of_beginnings) {
  const scratch_directory files;
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed, created_samples::written);
    std::vector<read_sample> expected;
    const protobuf_reader message{whole(store, format::protobuf)};
    for (const auto& [name, labels, started, count, is_native, native, exemplars] :
         message.metrics()) {
      if (started != 0) {
        const auto end = name.ends_with("_total") ? name.size() - 6 : name.size();
        expected.push_back(
            {name.substr(0, end) + "_created", labels, static_cast<double>(started)});
      }
    }
    seen += expected.size();
    auto samples = exposition_reader{strictly_read(files, store)}.read();
    const auto is_created = [](const read_sample& each) { return each.name.ends_with("_created"); };
    std::vector<read_sample> created;
    std::ranges::copy_if(samples, std::back_inserter(created), is_created);
    std::erase_if(samples, is_created);
    expect_same(created, expected);
    expect_same(normal(exposition_reader{whole(store, format::text)}.read()), normal(samples));
    auto without = random_exposition(seed);
    EXPECT_EQ(whole(without, format::openmetrics).find("_created"), std::string::npos);
    EXPECT_EQ(whole(without, format::text), whole(store, format::text));
    EXPECT_EQ(whole(without, format::protobuf), whole(store, format::protobuf));
  }
  EXPECT_GT(seen, 50U);
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

TEST(formats, protobuf_says_what_text_says) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed);
    expect_same(normal(exposition_reader{whole(store, format::text)}.read()),
                normal(protobuf_reader{whole(store, format::protobuf)}.samples()));
  }
}

// Prometheus refuses a native histogram whose buckets do not add up to its count.
TEST(formats, native_histograms_hold_what_the_classic_ones_hold) {
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    auto store = random_exposition(seed);
    const protobuf_reader message{whole(store, format::protobuf)};
    for (const auto& metric : message.metrics()) {
      if (metric.is_native) {
        ++seen;
        EXPECT_EQ(metric.native.total(), metric.count) << metric.name;
        EXPECT_EQ(metric.native.schema, 3);
        EXPECT_EQ(metric.native.zero_threshold, 0x1p-128);
      }
    }
  }
  EXPECT_GT(seen, 50U);
}

TEST(formats, native_buckets_are_read_back_whatever_lies_between_them) {
  std::mt19937_64 random{3};
  for (int round = 0; round < 500; ++round) {
    std::map<std::int32_t, std::int64_t> expected;
    std::vector<native_buckets::bucket> positive;
    auto index = static_cast<std::int32_t>(random() % 500) - 250;
    std::uint64_t total = 0;
    for (auto left = random() % 30; left > 0; --left) {
      const auto count = (random() >> (20 + random() % 43)) + 1;
      positive.push_back({.index = index, .count = count});
      expected[index] = static_cast<std::int64_t>(count);
      total += count;
      index += 1 + static_cast<std::int32_t>(random() % 6);
    }
    const std::vector<std::uint64_t> cumulative{0, total};
    const std::vector<double> bounds{1};
    recorder out;
    out.open(family_id::call_duration_seconds);
    out.sample(no_labels, no_labels,
               histogram_value{.bounds = bounds,
                               .cumulative = cumulative,
                               .native = native_value{.zero_count = 7, .positive = positive}});
    page_store store;
    store.publish("acme", "calls", make_pages(out.finish()));
    const protobuf_reader read{whole(store, format::protobuf)};
    EXPECT_EQ(read.metrics().at(0).native.buckets, expected);
    EXPECT_EQ(read.metrics().at(0).native.zero_count, 7U);
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
  EXPECT_EQ(count(" label {"), count(" name: \"") - count("\n  name: \""));
  for (const auto& line : lines_that_begin(decoded.out, "")) {
    const auto begins = line.find_first_not_of(' ');
    ASSERT_FALSE(line[begins] >= '0' && line[begins] <= '9') << "an unknown field: " << line;
  }
  for (const auto* field : {"created_timestamp {", "exemplar {", "schema: 3",
                            "zero_count: ", "positive_span {", "positive_delta: "}) {
    EXPECT_GT(count(field), 0U) << field;
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
