// Records samples; encodes label blocks for protobuf.
#include "metrics/exposition/recording.hpp"

#include <algorithm>
#include <protozero/pbf_builder.hpp>
#include <stdexcept>

#include "metrics/exposition/label_text.hpp"
#include "metrics/exposition/protobuf_fields.hpp"

namespace wolkvox::metrics {

const string_list& recording::label_pairs() const {
  return pairs_.get([this] {
    string_list made;
    for (std::uint32_t block = 1; block < labels_.size(); ++block) {
      protozero::pbf_builder<protobuf::metric> metric{made.bytes()};
      label_parser labels{labels_[label_block{block}]};
      while (const auto each = labels.next()) {
        protozero::pbf_builder<protobuf::label_pair> pair{metric, protobuf::metric::label};
        pair.add_string(protobuf::label_pair::name, each->name.data(), each->name.size());
        pair.add_string(protobuf::label_pair::value, each->value.data(), each->value.size());
      }
      made.close();
    }
    return made;
  });
}

histogram_value recording::value_of(const histogram_row& of) const {
  histogram_value value{.bounds = std::span{bounds_}.subspan(of.bounds_at, of.bounds),
                        .cumulative = std::span{counts_}.subspan(of.counts_at, of.bounds + 1),
                        .sum = of.sum,
                        .started = of.started,
                        .exemplars = std::span{exemplars_}.subspan(of.exemplars_at, of.exemplars)};
  if (of.is_native) {
    value.native = {.zero_count = of.zero_count,
                    .positive = std::span{native_}.subspan(of.native_at, of.native)};
  }
  return value;
}

std::uint64_t recording::lines(family_id id) const {
  std::uint64_t lines = rows(id).size();
  for (const auto& each : histograms(id)) {
    lines += each.bounds + 3;
  }
  return lines;
}

recorder::recorder(created_samples in_openmetrics) : created_(in_openmetrics) {
  made_->created_ = created_;
}

label_block recorder::block(std::span<const label> labels) {
  if (labels.empty()) {
    return no_labels;
  }
  auto& list = made_->labels_;
  append_labels(list.bytes(), labels);
  list.close();
  return label_block{static_cast<std::uint32_t>(list.size() - 1)};
}

void recorder::open(family_id id) {
  auto& next = made_->bodies_.at(std::to_underlying(id));
  if (open_ != nullptr && next.rows.empty()) {
    next.rows.reserve(open_->rows.size());  // families of one table are about as long
  }
  open_ = &next;
}

recording::body& recorder::opened() const {
  if (open_ == nullptr) {
    throw std::logic_error{"recorder: a sample before any family was opened"};
  }
  return *open_;
}

void recorder::sample(label_block shared, label_block own, double value) {
  opened().rows.push_back({.shared = shared, .own = own, .value = value});
}

void recorder::sample(label_block shared, label_block own, const counter_value& value) {
  auto& body = opened();
  body.starts.resize(body.rows.size());
  body.starts.push_back(value.started);
  body.rows.push_back({.shared = shared, .own = own, .value = value.value});
}

void recorder::sample(label_block shared, label_block own, const histogram_value& value) {
  if (value.cumulative.size() != value.bounds.size() + 1) {
    throw std::logic_error{"recorder: a histogram needs one count per bound and one for +Inf"};
  }
  auto& histograms = opened().histograms;
  auto& bounds = made_->bounds_;
  const bool has_last_bounds =
      !histograms.empty() &&
      std::ranges::equal(made_->value_of(histograms.back()).bounds, value.bounds);
  const auto bounds_at = has_last_bounds ? histograms.back().bounds_at : bounds.size();
  if (!has_last_bounds) {
    bounds.insert(bounds.end(), value.bounds.begin(), value.bounds.end());
  }
  auto& counts = made_->counts_;
  auto& native = made_->native_;
  auto& exemplars = made_->exemplars_;
  const auto natively = value.native.value_or(native_value{});
  histograms.push_back({.shared = shared,
                        .own = own,
                        .sum = value.sum,
                        .started = value.started,
                        .bounds_at = bounds_at,
                        .counts_at = counts.size(),
                        .bounds = value.bounds.size(),
                        .is_native = value.native.has_value(),
                        .zero_count = natively.zero_count,
                        .native_at = native.size(),
                        .native = natively.positive.size(),
                        .exemplars_at = exemplars.size(),
                        .exemplars = value.exemplars.size()});
  counts.insert(counts.end(), value.cumulative.begin(), value.cumulative.end());
  native.insert(native.end(), natively.positive.begin(), natively.positive.end());
  exemplars.insert(exemplars.end(), value.exemplars.begin(), value.exemplars.end());
}

std::shared_ptr<const recording> recorder::finish() {
  open_ = nullptr;
  auto made = std::exchange(made_, std::make_shared<recording>());
  made_->created_ = created_;
  return made;
}

}  // namespace wolkvox::metrics
