// Escaping and layout of the text format 0.0.4.
#include "metrics/exposition/text_encoder.hpp"

#include <memory>
#include <stdexcept>

#include "metrics/exposition/number_text.hpp"
#include "metrics/utf8.hpp"

namespace wolkvox::metrics {

namespace {

void append_escaped(std::string& out, std::string_view text, std::string_view special) {
  for (auto at = text.find_first_of(special); at != std::string_view::npos;
       at = text.find_first_of(special)) {
    out += text.substr(0, at);
    out += '\\';
    out += text[at] == '\n' ? 'n' : text[at];
    text.remove_prefix(at + 1);
  }
  out += text;
}

void append_label_value(std::string& out, std::string_view value) {
  if (is_valid_utf8(value)) {
    append_escaped(out, value, "\\\"\n");
  } else {
    append_escaped(out, to_valid_utf8(value), "\\\"\n");
  }
}

// name="value",name="value"
void append_labels(std::string& out, std::span<const label> labels) {
  for (bool first = true; const auto& each : labels) {
    if (!first) {
      out += ',';
    }
    first = false;
    out += each.name;
    out += "=\"";
    append_label_value(out, each.value);
    out += '"';
  }
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

}  // namespace

label_block text_encoder::block(std::span<const label> shared) {
  const auto begin = labels_.size();
  append_labels(labels_, shared);
  blocks_.push_back({begin, labels_.size() - begin});
  return label_block{static_cast<std::uint32_t>(blocks_.size() - 1)};
}

void text_encoder::open(family_id id) {
  name_ = describe(id).name;
  open_ = &bodies_.at(std::to_underlying(id));
}

void text_encoder::append_series(std::string_view suffix, label_block shared,
                                 std::span<const label> own, std::string_view bound) {
  if (open_ == nullptr) {
    throw std::logic_error{"text_encoder: a sample before any family was opened"};
  }
  const auto [begin, size] = blocks_.at(std::to_underlying(shared));
  auto& out = open_->text;
  out += name_;
  out += suffix;
  if (size != 0 || !own.empty() || !bound.empty()) {
    char separator = '{';
    if (size != 0) {
      out += std::exchange(separator, ',');
      out.append(labels_, begin, size);
    }
    if (!own.empty()) {
      out += std::exchange(separator, ',');
      append_labels(out, own);
    }
    if (!bound.empty()) {
      out += separator;
      out += "le=\"";
      out += bound;
      out += '"';
    }
    out += '}';
  }
  out += ' ';
}

void text_encoder::finish_line(double value) {
  append_number(open_->text, value);
  open_->text += '\n';
  ++open_->series;
}

void text_encoder::sample(label_block shared, std::span<const label> own, double value) {
  append_series("", shared, own, "");
  finish_line(value);
}

void text_encoder::sample(label_block shared, std::span<const label> own,
                          const histogram_value& value) {
  if (value.cumulative.size() != value.bounds.size() + 1) {
    throw std::logic_error{"text_encoder: a histogram needs one count per bound and one for +Inf"};
  }
  std::string bound;
  for (std::size_t i = 0; i < value.bounds.size(); ++i) {
    bound.clear();
    append_number(bound, value.bounds[i]);
    append_series("_bucket", shared, own, bound);
    finish_line(static_cast<double>(value.cumulative[i]));
  }
  const auto observations = static_cast<double>(value.cumulative.back());
  append_series("_bucket", shared, own, "+Inf");
  finish_line(observations);
  append_series("_sum", shared, own, "");
  finish_line(value.sum);
  append_series("_count", shared, own, "");
  finish_line(observations);
}

page_set text_encoder::pages(const std::string& operation) {
  page_set made;
  for (const auto& each : all_families()) {
    auto& [text, series] = bodies_.at(std::to_underlying(each.id));
    if (series != 0) {
      text.shrink_to_fit();  // a page may live for minutes
      made.push_back(std::make_shared<const page>(page{
          .family = each.id, .operation = operation, .text = std::move(text), .series = series}));
    }
  }
  bodies_ = {};
  blocks_.clear();
  labels_.clear();
  open_ = nullptr;
  return made;
}

std::string header_text(family_id id) {
  const auto& about = describe(id);
  std::string text = "# HELP ";
  text += about.name;
  text += ' ';
  append_escaped(text, about.help, "\\\n");
  text += "\n# TYPE ";
  text += about.name;
  text += ' ';
  text += type_name(about.type);
  text += '\n';
  return text;
}

}  // namespace wolkvox::metrics
