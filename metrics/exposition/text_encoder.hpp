// The text format 0.0.4 as a sink: samples in, one body of text per family out. Used on one thread
// at a time, for one publisher's pages or one scrape's own families, then thrown away.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/page.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

class text_encoder final : public sink {
 public:
  label_block block(std::span<const label> shared) override;
  // A family that is opened again goes on where it stopped.
  void open(family_id id) override;
  void sample(label_block shared, std::span<const label> own, double value) override;
  void sample(label_block shared, std::span<const label> own,
              const histogram_value& value) override;

  // What was written, as one page per family, in the order of the table; the encoder is empty
  // afterwards. Families without samples have no page.
  page_set pages(const std::string& operation);

 private:
  struct body {
    std::string text;
    std::uint64_t series = 0;
  };
  struct extent {
    std::size_t begin;
    std::size_t size;
  };

  void append_series(std::string_view suffix, label_block shared, std::span<const label> own,
                     std::string_view bound);
  void finish_line(double value);

  std::string labels_;  // all blocks, end to end: no string of their own for each of 60,000 agents
  std::vector<extent> blocks_;
  std::array<body, std::to_underlying(family_id::count_)> bodies_;
  std::string_view name_;  // of the open family
  body* open_ = nullptr;
};

// "# HELP …\n# TYPE …\n" of a family.
std::string header_text(family_id id);

}  // namespace wolkvox::metrics
