// What one filter selects of the published pages, sorted by family and cut into segments that are
// packed together: a large page is a segment of its own, small ones and headers share one, so that
// many small pages pack as well as one stream. Segments whose pages did not change are carried over
// with their bytes when pages are replaced. Where families stand that every scrape makes anew
// (scrape_families.hpp), segments end: body() puts these in.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exposition/chunks.hpp"
#include "metrics/exposition/form.hpp"
#include "metrics/exposition/lazy.hpp"
#include "metrics/exposition/packing.hpp"
#include "metrics/exposition/page.hpp"
#include "metrics/exposition/recording.hpp"

namespace wolkvox::metrics {

// All pages of one family, in the order they are written.
class family_pages {
 public:
  family_pages(family_id id, page_set pages) : id_(id), pages_(std::move(pages)) {}

  family_id id() const { return id_; }
  const page_set& pages() const { return pages_; }
  chunk header(format as) const;

 private:
  family_id id_;
  page_set pages_;
};

class segment {
 public:
  // A family's header, or one of its pages.
  struct item {
    std::shared_ptr<const family_pages> family;
    std::shared_ptr<const page> body;  // null: the header
  };
  // What a segment's bytes depend on.
  using key = std::vector<const void*>;
  // Its bytes in one form.
  struct part {
    chunks pieces;
    packed_sum sum;  // packed forms only
  };

  explicit segment(std::vector<item> items) : items_(std::move(items)) {}

  static key key_of(std::span<const item> items);
  family_id first_family() const { return items_.front().family->id(); }
  std::uint64_t lines() const;
  // Made when first asked for. Any thread.
  const part& in(form wanted) const;
  // True when the above returns at once.
  bool is_ready(form wanted) const { return forms_.at(form_index(wanted)).is_made(); }

 private:
  // Unpacked; small pieces are joined.
  chunks join(format as) const;
  part make(form wanted) const;

  std::vector<item> items_;
  mutable std::array<lazy<part>, all_forms.size()> forms_;
};

// A body in shared pieces, but for the families that the scrape itself makes.
struct ready_body {
  // What stands between two places of such families.
  struct run {
    std::size_t place = 0;  // how many of families_made_per_scrape() stand before it
    chunks pieces;
    packed_sum sum;
  };
  std::vector<run> runs;
};

class assembly {
 public:
  using segment_map = std::map<segment::key, std::shared_ptr<const segment>>;

  // Families sorted by name; segments that are among `known` are shared with it.
  assembly(std::span<const std::shared_ptr<const family_pages>> families,
           std::span<const segment_map* const> known);

  // Makes the form unless it is made, of zstd what its body is packed from; any thread.
  const ready_body& make(form wanted) const;
  // How much body() has to encode or to pack: of zstd all, each time.
  std::uint64_t lines_to_make(form wanted) const;
  // The whole body: the published pages and, in their places, the families made for this scrape.
  // No family may be in both. Any thread.
  chunks body(form wanted, const recording& made_now) const;

  const segment_map& segments() const { return known_; }

 private:
  void cut(std::span<const std::shared_ptr<const family_pages>> families,
           std::span<const segment_map* const> known);
  void add_segment(std::vector<segment::item> items, std::span<const segment_map* const> known);
  ready_body assemble(form wanted) const;

  std::bitset<std::to_underlying(family_id::count_)> published_;
  std::vector<std::shared_ptr<const segment>> segments_;
  segment_map known_;
  mutable std::array<lazy<ready_body>, all_forms.size()> forms_;
};

}  // namespace wolkvox::metrics
