// What a publisher's poll said, before it takes any form: sixteen bytes a sample beside label
// blocks that are formatted once and shared by families. Every form of the exposition is made from
// it, so all say the same. Immutable once made.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/lazy.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

// Strings end to end: none of their own for each of 60,000 agents. Piece 0 is "".
class string_list {
 public:
  std::string_view operator[](label_block which) const {
    const auto at = std::to_underlying(which);
    const auto begin = at == 0 ? 0 : ends_[at - 1];
    return {bytes_.data() + begin, ends_[at] - begin};
  }
  std::size_t size() const { return ends_.size(); }
  // What is appended to bytes() becomes the next piece at close().
  std::string& bytes() { return bytes_; }
  void close() { ends_.push_back(bytes_.size()); }

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_{0};
};

// Whether OpenMetrics says in samples of their own (name_created) when counters and histograms
// began: a series more for each, which few want. Protobuf always says it, in a field.
enum class created_samples : std::uint8_t { left_out, written };

class recording {
 public:
  struct row {
    label_block shared;
    label_block own;
    double value;
  };
  struct histogram_row {
    label_block shared;
    label_block own;
    double sum;
    std::chrono::sys_seconds started;
    std::size_t bounds_at, counts_at;  // in bounds_ and counts_
    std::size_t bounds;                // counts are one more
    bool is_native;
    std::uint64_t zero_count;
    std::size_t native_at, native;  // in native_
    std::size_t exemplars_at, exemplars;
  };

  // name="value",… as text formats write it.
  const string_list& labels() const { return labels_; }
  // The same as encoded LabelPair fields of the protobuf message; made when first asked for.
  const string_list& label_pairs() const;

  std::span<const row> rows(family_id id) const { return bodies_.at(std::to_underlying(id)).rows; }
  std::span<const histogram_row> histograms(family_id id) const {
    return bodies_.at(std::to_underlying(id)).histograms;
  }
  histogram_value value_of(const histogram_row& of) const;
  // When the counters of rows() began, one by one; shorter where the rest is not known.
  std::span<const std::chrono::sys_seconds> starts(family_id id) const {
    return bodies_.at(std::to_underlying(id)).starts;
  }
  created_samples openmetrics_created() const { return created_; }
  // Lines that the family takes as text.
  std::uint64_t lines(family_id id) const;

 private:
  friend class recorder;
  struct body {
    std::vector<row> rows;
    std::vector<std::chrono::sys_seconds> starts;
    std::vector<histogram_row> histograms;
  };

  string_list labels_;
  std::array<body, std::to_underlying(family_id::count_)> bodies_;
  std::vector<double> bounds_;
  std::vector<std::uint64_t> counts_;
  std::vector<native_buckets::bucket> native_;
  std::vector<exemplar> exemplars_;
  created_samples created_ = created_samples::left_out;
  mutable lazy<string_list> pairs_;
};

class recorder final : public sink {
 public:
  explicit recorder(created_samples in_openmetrics = created_samples::left_out);

  label_block block(std::span<const label> labels) override;
  // A family that is opened again goes on where it stopped.
  void open(family_id id) override;
  void sample(label_block shared, label_block own, double value) override;
  void sample(label_block shared, label_block own, const counter_value& value) override;
  void sample(label_block shared, label_block own, const histogram_value& value) override;

  // What was written; the recorder is empty afterwards.
  std::shared_ptr<const recording> finish();

 private:
  recording::body& opened() const;

  created_samples created_;
  std::shared_ptr<recording> made_ = std::make_shared<recording>();
  recording::body* open_ = nullptr;
};

}  // namespace wolkvox::metrics
