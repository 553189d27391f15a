// The formats: one family of a recording becomes the bytes that stand below its header. Pure; any
// thread.
#pragma once

#include <cstddef>
#include <string>

#include "metrics/exposition/chunks.hpp"
#include "metrics/exposition/form.hpp"
#include "metrics/exposition/recording.hpp"

namespace wolkvox::metrics {

// Lines. OpenMetrics 1.0 differs from the text format 0.0.4 in how bounds are written; it alone has
// exemplars and, where the recording wants them, _created.
chunks encode_lines(const recording& of, family_id id, format as);
// `metric` fields of a MetricFamily, end to end: the only form with native histograms.
chunks encode_metrics(const recording& of, family_id id);
inline chunks encode(const recording& of, family_id id, format as) {
  return as == format::protobuf ? encode_metrics(of, id) : encode_lines(of, id, as);
}

// True where the family's body is the same bytes in both text formats.
bool is_same_in_text_formats(const recording& of, family_id id);

// What stands before a family's bodies: metadata lines, or the length and first fields of a
// delimited message whose `metric` fields take `body_size` bytes.
std::string lines_header(format as, family_id id);
std::string message_header(family_id id, std::size_t body_size);
inline std::string family_header(format as, family_id id, std::size_t body_size) {
  return as == format::protobuf ? message_header(id, body_size) : lines_header(as, id);
}

}  // namespace wolkvox::metrics
