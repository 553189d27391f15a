// The delimited protobuf format. Messages of one size are written by hand around protozero's
// varints: a metric's length is known before its first byte, so nothing is moved.
#include <bit>
#include <cstring>
#include <protozero/pbf_builder.hpp>
#include <protozero/varint.hpp>
#include <utility>

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

void write_number(chunk_writer& out, protobuf::metric kind, std::string_view shared,
                  std::string_view own, double value) {
  const auto size = shared.size() + own.size() + 2 + number_size;
  auto* at = out.room(longest_prefix + size);
  *at++ = key(protobuf::metric_family::metric, pbf_wire_type::length_delimited);
  at = put_varint(at, size);
  at = put(at, shared);
  at = put(at, own);
  *at++ = key(kind, pbf_wire_type::length_delimited);
  *at++ = static_cast<char>(number_size);
  *at++ = key(protobuf::number::value, pbf_wire_type::fixed64);
  out.advance(put_double(at, value));
}

// `scratch` is kept between calls for its memory.
void write_histogram(chunk_writer& out, const histogram_value& value, std::string_view shared,
                     std::string_view own, std::string& scratch) {
  scratch.clear();
  pbf_builder<protobuf::histogram> message{scratch};
  message.add_uint64(protobuf::histogram::sample_count, value.cumulative.back());
  message.add_double(protobuf::histogram::sample_sum, value.sum);
  for (std::size_t i = 0; i < value.bounds.size(); ++i) {
    pbf_builder<protobuf::bucket> bucket{message, protobuf::histogram::bucket};
    bucket.add_uint64(protobuf::bucket::cumulative_count, value.cumulative[i]);
    bucket.add_double(protobuf::bucket::upper_bound, value.bounds[i]);
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
  chunk_writer out{expected + 64};
  for (const auto& row : of.rows(id)) {
    write_number(out, kind, pairs[row.shared], pairs[row.own], row.value);
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
