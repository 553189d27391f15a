// Field numbers of the public io.prometheus.client messages (prometheus/client_model,
// io/prometheus/client/metrics.proto), as far as they are written here.
#pragma once

#include <protozero/types.hpp>

namespace wolkvox::metrics::protobuf {

// NOLINTBEGIN(performance-enum-size): protozero takes no other base type
enum class label_pair : protozero::pbf_tag_type { name = 1, value = 2 };
enum class metric : protozero::pbf_tag_type { label = 1, gauge = 2, counter = 3, histogram = 7 };
enum class number : protozero::pbf_tag_type { value = 1 };  // of Gauge and of Counter
enum class counter : protozero::pbf_tag_type { created_timestamp = 3 };
enum class histogram : protozero::pbf_tag_type {
  sample_count = 1,
  sample_sum = 2,
  bucket = 3,
  schema = 5,
  zero_threshold = 6,
  zero_count = 7,
  positive_span = 12,
  positive_delta = 13,
  created_timestamp = 15
};
enum class bucket : protozero::pbf_tag_type { cumulative_count = 1, upper_bound = 2, exemplar = 3 };
enum class bucket_span : protozero::pbf_tag_type { offset = 1, length = 2 };
enum class exemplar : protozero::pbf_tag_type { label = 1, value = 2, timestamp = 3 };
enum class timestamp : protozero::pbf_tag_type { seconds = 1 };  // google.protobuf.Timestamp
enum class metric_family : protozero::pbf_tag_type {
  name = 1,
  help = 2,
  type = 3,
  metric = 4,
  unit = 5
};
// NOLINTEND(performance-enum-size)

// enum MetricType
inline constexpr int type_counter = 0;
inline constexpr int type_gauge = 1;
inline constexpr int type_histogram = 4;

}  // namespace wolkvox::metrics::protobuf
