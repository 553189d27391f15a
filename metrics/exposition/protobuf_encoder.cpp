// The delimited protobuf format. Messages of one size are written by hand around protozero's
// varints: a metric's length is known before its first byte, so nothing is moved.
#include <bit>
#include <cstring>
#include <limits>
#include <protozero/pbf_builder.hpp>
#include <protozero/varint.hpp>
#include <utility>
#include <vector>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/protobuf_fields.hpp"

namespace wolkvox::metrics {

namespace {

using protozero::pbf_builder;
using protozero::pbf_wire_type;

template <class Field>
constexpr char key(Field field, pbf_wire_type type) {
  return static_cast<char>((std::to_underlying(field) << 3U) | std::to_underlying(type));
}

// A Gauge or Counter: one double.
constexpr std::size_t number_size = 9;
constexpr std::size_t longest_prefix = 1 + protozero::max_varint_length;

char* put(char* to, std::string_view bytes) {
  std::memcpy(to, bytes.data(), bytes.size());
  return to + bytes.size();
}

char* put_double(char* to, double value) {
  static_assert(std::endian::native == std::endian::little, "protobuf is little-endian");
  std::memcpy(to, &value, sizeof(value));
  return to + sizeof(value);
}

char* put_varint(char* to, std::uint64_t value) {
  return to + protozero::add_varint_to_buffer(to, value);
}

bool is_told(std::chrono::sys_seconds started) {
  return started != std::chrono::sys_seconds{};
}

// The start timestamp of a Counter, and none: live tables of a million series pay nothing for it.
struct start_field {
  std::uint64_t seconds;

  static constexpr std::size_t usual_size = 8;  // until 2106
  std::size_t timestamp_size() const {
    return 1 + static_cast<std::size_t>(protozero::length_of_varint(seconds));
  }
  std::size_t size() const { return 2 + timestamp_size(); }
  char* put(char* to) const {
    *to++ = key(protobuf::counter::created_timestamp, pbf_wire_type::length_delimited);
    *to++ = static_cast<char>(timestamp_size());
    *to++ = key(protobuf::timestamp::seconds, pbf_wire_type::varint);
    return put_varint(to, seconds);
  }
};
struct no_start {
  static constexpr std::size_t size() { return 0; }
  static char* put(char* to) { return to; }
};

template <class Start>
void write_number(chunk_writer& out, protobuf::metric kind, std::string_view shared,
                  std::string_view own, double value, Start started) {
  const auto message = number_size + started.size();
  const auto size = shared.size() + own.size() + 2 + message;
  auto* at = out.room(longest_prefix + size);
  *at++ = key(protobuf::metric_family::metric, pbf_wire_type::length_delimited);
  at = put_varint(at, size);
  at = put(at, shared);
  at = put(at, own);
  *at++ = key(kind, pbf_wire_type::length_delimited);
  *at++ = static_cast<char>(message);
  *at++ = key(protobuf::number::value, pbf_wire_type::fixed64);
  out.advance(started.put(put_double(at, value)));
}

template <class Parent>
void add_timestamp(pbf_builder<Parent>& message, Parent field, std::chrono::sys_seconds at) {
  pbf_builder<protobuf::timestamp> timestamp{message, field};
  timestamp.add_int64(protobuf::timestamp::seconds, at.time_since_epoch().count());
}

void add_exemplar(pbf_builder<protobuf::bucket>& bucket, const exemplar& shown) {
  pbf_builder<protobuf::exemplar> message{bucket, protobuf::bucket::exemplar};
  {
    pbf_builder<protobuf::label_pair> pair{message, protobuf::exemplar::label};
    pair.add_string(protobuf::label_pair::name, exemplar::label.data(), exemplar::label.size());
    pair.add_string(protobuf::label_pair::value, shown.conn_id);
  }
  message.add_double(protobuf::exemplar::value, shown.amount.value());
  add_timestamp(message, protobuf::exemplar::timestamp, shown.at);
}

// The bucket of +Inf is what sample_count says: it stands there only to carry its exemplar.
void add_buckets(pbf_builder<protobuf::histogram>& message, const histogram_value& value) {
  auto exemplars = value.exemplars;
  for (std::size_t i = 0; i < value.cumulative.size(); ++i) {
    const bool is_last = i == value.bounds.size();
    const bool has_exemplar =
        !exemplars.empty() && (is_last || exemplars.front().amount.value() <= value.bounds[i]);
    if (is_last && !has_exemplar) {
      return;
    }
    pbf_builder<protobuf::bucket> bucket{message, protobuf::histogram::bucket};
    bucket.add_uint64(protobuf::bucket::cumulative_count, value.cumulative[i]);
    bucket.add_double(protobuf::bucket::upper_bound,
                      is_last ? std::numeric_limits<double>::infinity() : value.bounds[i]);
    if (has_exemplar) {
      add_exemplar(bucket, exemplars.front());
      exemplars = exemplars.subspan(1);
    }
  }
}

// Spans of neighbouring buckets, and each count as its difference from the one before. One or two
// empty buckets between others are written as such: shorter than another span.
void add_native(pbf_builder<protobuf::histogram>& message, const native_value& value) {
  constexpr std::int32_t longest_filled_gap = 2;
  message.add_sint32(protobuf::histogram::schema, native_buckets::schema);
  message.add_double(protobuf::histogram::zero_threshold, native_buckets::zero_threshold);
  message.add_uint64(protobuf::histogram::zero_count, value.zero_count);
  std::vector<std::int64_t> deltas;
  std::int64_t before = 0;
  std::int32_t span_ends = 0;  // the index after the last span
  for (auto at = value.positive.begin(); at != value.positive.end();) {
    const auto span_begins = at->index;
    auto next = span_begins;
    for (; at != value.positive.end() && at->index - next <= longest_filled_gap; ++at) {
      for (; next < at->index; ++next) {
        deltas.push_back(-std::exchange(before, 0));
      }
      const auto count = static_cast<std::int64_t>(at->count);
      deltas.push_back(count - std::exchange(before, count));
      ++next;
    }
    pbf_builder<protobuf::bucket_span> span{message, protobuf::histogram::positive_span};
    span.add_sint32(protobuf::bucket_span::offset, span_begins - span_ends);
    span.add_uint32(protobuf::bucket_span::length, static_cast<std::uint32_t>(next - span_begins));
    span_ends = next;
  }
  for (const auto delta : deltas) {
    message.add_sint64(protobuf::histogram::positive_delta, delta);
  }
}

// `scratch` is kept between calls for its memory.
void write_histogram(chunk_writer& out, const histogram_value& value, std::string_view shared,
                     std::string_view own, std::string& scratch) {
  scratch.clear();
  pbf_builder<protobuf::histogram> message{scratch};
  message.add_uint64(protobuf::histogram::sample_count, value.cumulative.back());
  message.add_double(protobuf::histogram::sample_sum, value.sum);
  add_buckets(message, value);
  if (value.native) {
    add_native(message, *value.native);
  }
  if (is_told(value.started)) {
    add_timestamp(message, protobuf::histogram::created_timestamp, value.started);
  }
  const auto prefix = 1 + static_cast<std::size_t>(protozero::length_of_varint(scratch.size()));
  const auto size = shared.size() + own.size() + prefix + scratch.size();
  auto* at = out.room(longest_prefix + size);
  *at++ = key(protobuf::metric_family::metric, pbf_wire_type::length_delimited);
  at = put_varint(at, size);
  at = put(at, shared);
  at = put(at, own);
  *at++ = key(protobuf::metric::histogram, pbf_wire_type::length_delimited);
  at = put_varint(at, scratch.size());
  out.advance(put(at, scratch));
}

int type_number(metric_type type) {
  switch (type) {
    case metric_type::counter:
      return protobuf::type_counter;
    case metric_type::gauge:
      return protobuf::type_gauge;
    case metric_type::histogram:
      return protobuf::type_histogram;
  }
  std::unreachable();
}

}  // namespace

chunks encode_metrics(const recording& of, family_id id) {
  const auto& pairs = of.label_pairs();
  const bool is_counter = describe(id).type == metric_type::counter;
  const auto kind = is_counter ? protobuf::metric::counter : protobuf::metric::gauge;
  std::size_t expected = 0;
  for (const auto& row : of.rows(id)) {
    expected += pairs[row.shared].size() + pairs[row.own].size() + number_size + 4;
  }
  const auto starts = of.starts(id);
  chunk_writer out{expected + (starts.size() * start_field::usual_size) + 64};
  std::size_t place = 0;
  for (const auto& row : of.rows(id)) {
    const auto started = place < starts.size() ? starts[place] : std::chrono::sys_seconds{};
    if (is_told(started)) {
      const auto seconds = static_cast<std::uint64_t>(started.time_since_epoch().count());
      write_number(out, kind, pairs[row.shared], pairs[row.own], row.value, start_field{seconds});
    } else {
      write_number(out, kind, pairs[row.shared], pairs[row.own], row.value, no_start{});
    }
    ++place;
  }
  std::string scratch;
  for (const auto& row : of.histograms(id)) {
    write_histogram(out, of.value_of(row), pairs[row.shared], pairs[row.own], scratch);
  }
  return out.finish();
}

std::string message_header(family_id id, std::size_t body_size) {
  const auto& about = describe(id);
  std::string fields;
  pbf_builder<protobuf::metric_family> family{fields};
  family.add_string(protobuf::metric_family::name, about.name.data(), about.name.size());
  family.add_string(protobuf::metric_family::help, about.help.data(), about.help.size());
  family.add_enum(protobuf::metric_family::type, type_number(about.type));
  if (!about.unit.empty()) {
    family.add_string(protobuf::metric_family::unit, about.unit.data(), about.unit.size());
  }
  std::string header;
  protozero::add_varint_to_buffer(&header, fields.size() + body_size);
  return header + fields;
}

}  // namespace wolkvox::metrics
