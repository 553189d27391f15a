// Reads the delimited protobuf format back, by the public field numbers: samples as the text format
// names them, and what only this form says. Throws at what a reader would refuse.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <protozero/pbf_message.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/protobuf_fields.hpp"
#include "tests/unit/metrics/exposition_reader.hpp"

namespace wolkvox::metrics {

struct read_exemplar {
  std::string bound;  // of its bucket, as the text format writes it
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
  std::int64_t at = 0;
  friend bool operator==(const read_exemplar&, const read_exemplar&) = default;
};

struct read_native {
  std::int32_t schema = 0;
  double zero_threshold = 0;
  std::uint64_t zero_count = 0;
  std::map<std::int32_t, std::int64_t> buckets;
  std::uint64_t total() const {
    auto sum = zero_count;
    for (const auto& [index, count] : buckets) {
      sum += static_cast<std::uint64_t>(count);
    }
    return sum;
  }
};

// One Metric message.
struct read_metric {
  std::string name;
  std::vector<std::pair<std::string, std::string>> labels;
  std::int64_t started = 0;  // 0: not told
  std::uint64_t count = 0;   // histograms
  bool is_native = false;
  read_native native;
  std::vector<read_exemplar> exemplars;
};

class protobuf_reader {
 public:
  explicit protobuf_reader(std::string_view exposition) : rest_(exposition) {
    while (!rest_.empty()) {
      const char* at = rest_.data();
      const auto* const end = at + rest_.size();
      const auto size = protozero::decode_varint(&at, end);
      rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()));
      if (size > rest_.size()) {
        throw std::runtime_error{"a message is cut"};
      }
      family({at, size});
      rest_.remove_prefix(size);
    }
  }

  const std::vector<read_sample>& samples() const { return samples_; }
  const std::vector<read_metric>& metrics() const { return metrics_; }

 private:
  using view = protozero::data_view;

  void family(view message) {
    std::string name;
    protozero::pbf_message<protobuf::metric_family> family{message};
    while (family.next()) {
      if (family.tag() == protobuf::metric_family::name) {
        name = family.get_string();
      } else if (family.tag() == protobuf::metric_family::metric) {
        metrics_.emplace_back().name = name;
        metric(family.get_view());
      } else {
        family.skip();
      }
    }
  }

  void metric(view message) {
    auto& made = metrics_.back();
    protozero::pbf_message<protobuf::metric> metric{message};
    while (metric.next()) {
      switch (metric.tag()) {
        case protobuf::metric::label:
          made.labels.push_back(label(metric.get_view()));
          break;
        case protobuf::metric::histogram:
          histogram(metric.get_view());
          break;
        default:
          number(metric.get_view());
      }
    }
  }

  static std::pair<std::string, std::string> label(view message) {
    std::pair<std::string, std::string> made;
    protozero::pbf_message<protobuf::label_pair> pair{message};
    while (pair.next()) {
      const bool is_name = pair.tag() == protobuf::label_pair::name;
      (is_name ? made.first : made.second) = pair.get_string();
    }
    return made;
  }

  void number(view message) {
    protozero::pbf_message<protobuf::counter> number{message};
    while (number.next()) {
      if (number.tag() == protobuf::counter::created_timestamp) {
        metrics_.back().started = timestamp(number.get_view());
      } else {
        samples_.push_back({metrics_.back().name, metrics_.back().labels, number.get_double()});
      }
    }
  }

  static std::int64_t timestamp(view message) {
    protozero::pbf_message<protobuf::timestamp> timestamp{message};
    timestamp.next();
    const auto seconds = timestamp.get_int64();
    if (timestamp.next()) {
      throw std::runtime_error{"more than whole seconds"};
    }
    return seconds;
  }

  void histogram(view message) {
    auto& made = metrics_.back();
    std::vector<std::pair<std::int32_t, std::uint32_t>> spans;
    std::vector<std::int64_t> deltas;
    double sum = 0;
    last_bound_.clear();
    protozero::pbf_message<protobuf::histogram> histogram{message};
    while (histogram.next()) {
      switch (histogram.tag()) {
        case protobuf::histogram::sample_count:
          made.count = histogram.get_uint64();
          break;
        case protobuf::histogram::sample_sum:
          sum = histogram.get_double();
          break;
        case protobuf::histogram::bucket:
          bucket(histogram.get_view());
          break;
        case protobuf::histogram::schema:
          made.is_native = true;
          made.native.schema = histogram.get_sint32();
          break;
        case protobuf::histogram::zero_threshold:
          made.native.zero_threshold = histogram.get_double();
          break;
        case protobuf::histogram::zero_count:
          made.native.zero_count = histogram.get_uint64();
          break;
        case protobuf::histogram::positive_span:
          spans.push_back(span(histogram.get_view()));
          break;
        case protobuf::histogram::positive_delta:
          deltas.push_back(histogram.get_sint64());
          break;
        case protobuf::histogram::created_timestamp:
          made.started = timestamp(histogram.get_view());
          break;
      }
    }
    place(spans, deltas);
    if (last_bound_ != "+Inf") {
      add_bucket("+Inf", static_cast<double>(made.count));
    }
    samples_.push_back({made.name + "_sum", made.labels, sum});
    samples_.push_back({made.name + "_count", made.labels, static_cast<double>(made.count)});
  }

  static std::pair<std::int32_t, std::uint32_t> span(view message) {
    protozero::pbf_message<protobuf::bucket_span> span{message};
    span.next();
    const auto offset = span.get_sint32();
    span.next();
    return {offset, span.get_uint32()};
  }

  // As Prometheus reads them: offsets from the end of the span before, running counts.
  void place(const std::vector<std::pair<std::int32_t, std::uint32_t>>& spans,
             const std::vector<std::int64_t>& deltas) {
    std::int32_t index = 0;
    std::int64_t count = 0;
    std::size_t used = 0;
    for (const auto& [offset, length] : spans) {
      if (used > 0 && offset < 0) {
        throw std::runtime_error{"spans overlap"};
      }
      index += offset;
      for (std::uint32_t i = 0; i < length; ++i) {
        count += deltas.at(used++);
        if (count < 0) {
          throw std::runtime_error{"a bucket below 0"};
        }
        if (count > 0) {
          metrics_.back().native.buckets[index] = count;
        }
        ++index;
      }
    }
    if (used != deltas.size()) {
      throw std::runtime_error{"deltas beyond the spans"};
    }
  }

  void bucket(view message) {
    protozero::pbf_message<protobuf::bucket> bucket{message};
    double cumulative = 0;
    while (bucket.next()) {
      if (bucket.tag() == protobuf::bucket::cumulative_count) {
        cumulative = static_cast<double>(bucket.get_uint64());
      } else if (bucket.tag() == protobuf::bucket::upper_bound) {
        add_bucket(bound_text(bucket.get_double()), cumulative);
      } else {
        exemplar(bucket.get_view());
      }
    }
  }

  void exemplar(view message) {
    auto& made = metrics_.back().exemplars.emplace_back();
    made.bound = last_bound_;
    protozero::pbf_message<protobuf::exemplar> exemplar{message};
    while (exemplar.next()) {
      switch (exemplar.tag()) {
        case protobuf::exemplar::label:
          made.labels.push_back(label(exemplar.get_view()));
          break;
        case protobuf::exemplar::value:
          made.value = exemplar.get_double();
          break;
        case protobuf::exemplar::timestamp:
          made.at = timestamp(exemplar.get_view());
          break;
      }
    }
  }

  static std::string bound_text(double bound) {
    if (bound == std::numeric_limits<double>::infinity()) {
      return "+Inf";
    }
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), bound).ptr};
  }

  void add_bucket(const std::string& bound, double value) {
    last_bound_ = bound;
    auto labels = metrics_.back().labels;
    labels.emplace_back("le", bound);
    samples_.push_back({metrics_.back().name + "_bucket", std::move(labels), value});
  }

  std::string_view rest_;
  std::string last_bound_;
  std::vector<read_sample> samples_;
  std::vector<read_metric> metrics_;
};

}  // namespace wolkvox::metrics
