// An exposition drawn from the bytes: text, OpenMetrics and protobuf, plain and packed, say the
// same when they are read back by readers that share nothing with the writers.
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/scrape_families.hpp"
#include "tests/fuzz/drawn_exposition.hpp"
#include "tests/fuzz/requirement.hpp"
#include "tests/unit/metrics/page_text.hpp"

namespace wolkvox::metrics {
namespace {

using fuzz::drawn_publisher;
using fuzz::require;
using fuzz::written_family;
using fuzz::written_line;
using samples = std::vector<read_sample>;

void append(written_family& to, const written_family& from) {
  to.lines.insert(to.lines.end(), from.lines.begin(), from.lines.end());
  to.messages.insert(to.messages.end(), from.messages.begin(), from.messages.end());
}

// In the order of the exposition: families by name, the publishers of each by theirs.
written_family in_order(std::vector<written_family> written) {
  std::ranges::sort(written, {}, [](const written_family& each) {
    return std::tie(each.name, each.operation, each.publisher);
  });
  written_family all;
  for (const auto& each : written) {
    append(all, each);
  }
  return all;
}

bool is_same_value(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

// Bounds are written differently; they are the same numbers.
void make_bound_normal(read_sample& sample) {
  for (auto& [name, value] : sample.labels) {
    double bound = 0;
    if (name == "le" && value != "+Inf") {
      std::from_chars(value.data(), value.data() + value.size(), bound);
      value = std::to_string(std::bit_cast<std::uint64_t>(bound));
    }
  }
}

// {conn_id="..."} 1.5 1795269600
void check_exemplar(const std::string& text, const exemplar& expected) {
  const auto time = text.rfind(' ');
  require(time != std::string::npos, "an exemplar has a time");
  const auto read = exposition_reader{"exemplar" + text.substr(0, time) + "\n"}.read().front();
  require(read.labels == fuzz::label_pairs{{"conn_id", expected.conn_id}}, "an exemplar's label");
  require(is_same_value(read.value, expected.amount.value()), "an exemplar's value");
  require(text.substr(time + 1) == std::to_string(expected.at.time_since_epoch().count()),
          "an exemplar's time");
}

// Samples that tell beginnings, and exemplars, are of OpenMetrics alone.
void require_same(const std::vector<written_line>& written, samples read, format as) {
  std::vector<written_line> expected;
  std::ranges::copy_if(written, std::back_inserter(expected), [&](const auto& each) {
    return as == format::openmetrics || !each.is_created;
  });
  require(expected.size() == read.size(), "as many lines: " + std::to_string(expected.size()) +
                                              " written, " + std::to_string(read.size()) + " read");
  for (std::size_t i = 0; i < read.size(); ++i) {
    make_bound_normal(read[i]);
    const auto& sample = expected[i].sample;
    require(sample.name == read[i].name, "the name: " + sample.name + ", read " + read[i].name);
    require(sample.labels == read[i].labels, "the labels of " + read[i].name);
    require(is_same_value(sample.value, read[i].value), "the value of " + read[i].name);
    const bool has_exemplar = as == format::openmetrics && expected[i].exemplar;
    require(has_exemplar != read[i].exemplar.empty(), "an exemplar where there is one");
    if (has_exemplar) {
      check_exemplar(read[i].exemplar, *expected[i].exemplar);
    }
  }
}

void require_same(const std::vector<read_metric>& expected, const std::vector<read_metric>& read) {
  require(expected.size() == read.size(), "as many messages");
  for (std::size_t i = 0; i < read.size(); ++i) {
    const auto& a = expected[i];
    const auto& b = read[i];
    require(a.name == b.name && a.labels == b.labels, "the same metric");
    require(a.started == b.started, "the beginning of " + a.name);
    require(a.count == b.count, "the count of " + a.name);
    require(a.is_native == b.is_native && a.native.zero_count == b.native.zero_count &&
                a.native.buckets == b.native.buckets,
            "the native buckets of " + a.name);
    require(std::ranges::equal(a.exemplars, b.exemplars,
                               [](const read_exemplar& mine, const read_exemplar& theirs) {
                                 return mine.labels == theirs.labels &&
                                        mine.value == theirs.value && mine.at == theirs.at;
                               }),
            "the exemplars of " + a.name);
  }
}

std::string unpack_gzip(const std::string& body) {
  z_stream stream{};
  require(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK, "zlib starts");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  std::string text;
  std::vector<char> room(1U << 16U);
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(room.data(), room.size() - stream.avail_out);
  }
  require(result == Z_STREAM_END && stream.avail_in == 0, "gzip is one whole member");
  inflateEnd(&stream);
  return text;
}

std::string unpack_zstd(const std::string& body) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context{ZSTD_createDCtx(),
                                                                     ZSTD_freeDCtx};
  ZSTD_inBuffer in{.src = body.data(), .size = body.size(), .pos = 0};
  std::string text;
  std::vector<char> room(1U << 16U);
  std::size_t left = 0;
  bool is_full = false;
  while (in.pos < in.size || is_full) {
    ZSTD_outBuffer out{.dst = room.data(), .size = room.size(), .pos = 0};
    left = ZSTD_decompressStream(context.get(), &out, &in);
    require(ZSTD_isError(left) == 0, "zstd is readable");
    text.append(room.data(), out.pos);
    is_full = out.pos == out.size;
  }
  require(left == 0, "zstd is whole frames");
  return text;
}

// Each family is announced once, and OpenMetrics has its end.
void check_metadata(std::string_view body, format as) {
  std::set<std::string_view> types;
  for (auto at = body.find("# TYPE "); at != std::string_view::npos;
       at = body.find("\n# TYPE ", at + 1)) {
    const auto begin = body.find(' ', at + 3) + 1;
    require(types.insert(body.substr(begin, body.find(' ', begin) - begin)).second,
            "a family is announced once");
  }
  require(as != format::openmetrics || body.ends_with("# EOF\n"), "OpenMetrics ends");
}

void check_body(const std::string& body, format as, const written_family& expected) {
  if (as == format::protobuf) {
    const protobuf_reader read{body};
    require_same(expected.lines, read.samples(), as);
    require_same(expected.messages, read.metrics());
  } else {
    require_same(expected.lines, exposition_reader{body}.read(), as);
    check_metadata(body, as);
  }
}

void check_forms(page_store& store, const recording& made_now, const written_family& expected) {
  for (const auto as : {format::text, format::openmetrics, format::protobuf}) {
    const auto body_in = [&](encoding how) {
      const form wanted{.format = as, .encoding = how};
      return join(store.gather({}, wanted, {})->body(wanted, made_now));
    };
    const auto body = body_in(encoding::identity);
    check_body(body, as, expected);
    require(unpack_gzip(body_in(encoding::gzip)) == body, "gzip holds the same bytes");
    require(unpack_zstd(body_in(encoding::zstd)) == body, "zstd holds the same bytes");
  }
}

bool is_published(family_id id) {
  const auto others = families_made_per_scrape();
  return std::ranges::find(others, id) == others.end();
}

void check(FuzzedDataProvider& bytes) {
  const auto created = bytes.ConsumeBool() ? created_samples::written : created_samples::left_out;
  page_store store;
  std::vector<written_family> written;
  for (const auto* const operation : {"acme", "be\\ta"}) {
    // What is replaced leaves no trace, but for packed bytes that are still right.
    drawn_publisher before{bytes, created, operation, "all"};
    store.publish(operation, "all", make_pages(before.draw(is_published)));
    if (bytes.ConsumeBool()) {
      const form packed{.format = format::text, .encoding = encoding::gzip};
      static_cast<void>(store.gather({}, packed, {})->make(packed));
    }
    drawn_publisher publisher{bytes, created, operation, "all"};
    store.publish(operation, "all", make_pages(publisher.draw(is_published)));
    std::ranges::copy(publisher.written(), std::back_inserter(written));
  }
  drawn_publisher exporter{bytes, created, "", ""};
  const auto made_now = exporter.draw([](family_id id) { return !is_published(id); });
  auto all = written;
  std::ranges::copy(exporter.written(), std::back_inserter(all));
  check_forms(store, *made_now, in_order(all));
  if (!written.empty()) {
    const auto& chosen = written.front();
    const page_filter filter{.names = {std::string{chosen.name}}, .operations = {chosen.operation}};
    const form plain;
    check_body(join(store.gather(filter, plain, {})->body(plain, {})), plain.format, chosen);
  }
}

}  // namespace
}  // namespace wolkvox::metrics

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzedDataProvider bytes{data, size};
  wolkvox::metrics::check(bytes);
  return 0;
}
