// The text format 0.0.4 and OpenMetrics 1.0.
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "metrics/exposition/encoders.hpp"
#include "metrics/exposition/label_text.hpp"
#include "metrics/exposition/number_text.hpp"

namespace wolkvox::metrics {

namespace {

char* put(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

// name{shared,own,bound} value tail\n
class line_writer {
 public:
  line_writer(const string_list& labels, chunk_writer& out) : labels_(labels), out_(out) {}

  // `tail` is "" or an exemplar.
  void write(std::string_view name, label_block shared, label_block own, std::string_view bound,
             double value, std::string_view tail = "") {
    const auto common = labels_[shared];
    const auto rest = labels_[own];
    const auto most =
        name.size() + common.size() + rest.size() + bound.size() + tail.size() + longest_number;
    auto* at = put(out_.room(most + punctuation), name);
    char separator = '{';
    for (const auto part : {common, rest, bound}) {
      if (!part.empty()) {
        *at++ = std::exchange(separator, ',');
        at = put(at, part);
      }
    }
    if (separator == ',') {
      *at++ = '}';
    }
    *at++ = ' ';
    at = write_number(at, value);
    if (!tail.empty()) {
      at = put(at, tail);
    }
    *at++ = '\n';
    out_.advance(at);
  }

 private:
  static constexpr std::size_t punctuation = 6;
  const string_list& labels_;
  chunk_writer& out_;
};

// le="…" of each bound and of +Inf.
std::vector<std::string> bound_labels(std::span<const double> bounds, format as) {
  std::vector<std::string> labels;
  for (const double bound : bounds) {
    auto& text = labels.emplace_back("le=\"");
    if (as == format::openmetrics) {
      append_canonical_bound(text, bound);
    } else {
      append_number(text, bound);
    }
    text += '"';
  }
  labels.emplace_back("le=\"+Inf\"");
  return labels;
}

double as_number(std::chrono::sys_seconds at) {
  return static_cast<double>(at.time_since_epoch().count());
}

bool is_told(std::chrono::sys_seconds started) {
  return started != std::chrono::sys_seconds{};
}

// What follows the value of each bucket: the exemplar, or "".
class exemplar_texts {
 public:
  exemplar_texts(const histogram_value& of, format as)
      : bounds_(of.bounds),
        rest_(as == format::openmetrics ? of.exemplars : std::span<const exemplar>{}) {}

  // Of the buckets one after the other; valid until the next call.
  std::string_view next() {
    const auto bucket = bucket_++;
    text_.clear();
    const bool is_here = !rest_.empty() && (bucket == bounds_.size() ||
                                            rest_.front().amount.value() <= bounds_[bucket]);
    if (is_here) {
      append(rest_.front());
      rest_ = rest_.subspan(1);
    }
    return text_;
  }

 private:
  void append(const exemplar& shown) {
    const label id{.name = exemplar::label, .value = shown.conn_id};
    text_ += " # {";
    append_labels(text_, {&id, 1});
    text_ += "} ";
    append_number(text_, shown.amount.value());
    text_ += ' ';
    append_number(text_, as_number(shown.at));
  }

  std::span<const double> bounds_;
  std::span<const exemplar> rest_;
  std::size_t bucket_ = 0;
  std::string text_;
};

bool writes_created(const recording& of, format as) {
  return as == format::openmetrics && of.openmetrics_created() == created_samples::written;
}

void write_counters_with_created(const recording& of, family_id id, line_writer& out) {
  const auto name = describe(id).name;
  const auto created =
      std::string{name.substr(0, name.size() - std::string_view{"_total"}.size())} + "_created";
  const auto starts = of.starts(id);
  std::size_t place = 0;
  for (const auto& row : of.rows(id)) {
    out.write(name, row.shared, row.own, "", row.value);
    if (place < starts.size() && is_told(starts[place])) {
      out.write(created, row.shared, row.own, "", as_number(starts[place]));
    }
    ++place;
  }
}

void write_histograms(const recording& of, family_id id, format as, line_writer& out) {
  const std::string name{describe(id).name};
  const bool with_created = writes_created(of, as);
  const auto bucket = name + "_bucket";
  const auto sum = name + "_sum";
  const auto count = name + "_count";
  const auto created = name + "_created";
  std::vector<std::string> bounds;
  const recording::histogram_row* before = nullptr;
  for (const auto& row : of.histograms(id)) {
    const auto value = of.value_of(row);
    if (before == nullptr || before->bounds_at != row.bounds_at || before->bounds != row.bounds) {
      bounds = bound_labels(value.bounds, as);
    }
    before = &row;
    exemplar_texts exemplars{value, as};
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      out.write(bucket, row.shared, row.own, bounds[i], static_cast<double>(value.cumulative[i]),
                exemplars.next());
    }
    out.write(sum, row.shared, row.own, "", value.sum);
    out.write(count, row.shared, row.own, "", static_cast<double>(value.cumulative.back()));
    if (with_created && is_told(value.started)) {
      out.write(created, row.shared, row.own, "", as_number(value.started));
    }
  }
}

std::size_t expected_size(const recording& of, family_id id) {
  constexpr std::size_t usual_number = 8;
  const auto& labels = of.labels();
  const auto name = describe(id).name.size();
  std::size_t size = 0;
  for (const auto& row : of.rows(id)) {
    size += name + labels[row.shared].size() + labels[row.own].size() + usual_number;
  }
  for (const auto& row : of.histograms(id)) {
    size += (row.bounds + 3) * (name + labels[row.shared].size() + labels[row.own].size() + 24);
  }
  return size;
}

std::string_view type_name(metric_type type) {
  switch (type) {
    case metric_type::counter:
      return "counter";
    case metric_type::gauge:
      return "gauge";
    case metric_type::histogram:
      return "histogram";
  }
  std::unreachable();
}

void append_metadata(std::string& out, std::string_view keyword, std::string_view name) {
  out += "# ";
  out += keyword;
  out += ' ';
  out += name;
  out += ' ';
}

}  // namespace

chunks encode_lines(const recording& of, family_id id, format as) {
  chunk_writer out{expected_size(of, id) + 64};
  line_writer lines{of.labels(), out};
  const auto name = describe(id).name;
  if (writes_created(of, as) && !of.starts(id).empty()) {
    write_counters_with_created(of, id, lines);
  } else {
    for (const auto& row : of.rows(id)) {
      lines.write(name, row.shared, row.own, "", row.value);
    }
  }
  write_histograms(of, id, as, lines);
  return out.finish();
}

bool is_same_in_text_formats(const recording& of, family_id id) {
  return of.histograms(id).empty() &&
         (of.starts(id).empty() || of.openmetrics_created() == created_samples::left_out);
}

std::string lines_header(format as, family_id id) {
  const auto& about = describe(id);
  const bool is_openmetrics = as == format::openmetrics;
  auto name = about.name;
  if (is_openmetrics && about.type == metric_type::counter) {
    name.remove_suffix(std::string_view{"_total"}.size());
  }
  std::string text;
  append_metadata(text, "HELP", name);
  append_escaped(text, about.help, is_openmetrics ? "\\\"\n" : "\\\n");
  text += '\n';
  append_metadata(text, "TYPE", name);
  text += type_name(about.type);
  text += '\n';
  if (is_openmetrics && !about.unit.empty()) {
    append_metadata(text, "UNIT", name);
    text += about.unit;
    text += '\n';
  }
  return text;
}

}  // namespace wolkvox::metrics
