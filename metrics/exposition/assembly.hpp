// What one filter selects of the published pages, cut into segments that are packed together: a
// large page is a segment of its own, small ones and headers share one, so that many small pages
// pack as well as one stream. Segments whose pages did not change are carried over with their
// packed bytes when pages are replaced.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/exposition/chunks.hpp"
#include "metrics/exposition/form.hpp"
#include "metrics/exposition/lazy.hpp"
#include "metrics/exposition/packing.hpp"
#include "metrics/exposition/page.hpp"

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

  explicit segment(std::vector<item> items) : items_(std::move(items)) {}

  static key key_of(std::span<const item> items);
  // Unpacked; made when first asked for, as are packed ones. Any thread.
  void append_to(chunks& out, format as) const;
  const std::shared_ptr<const packed>& in(form wanted) const;
  // True when the above return at once.
  bool is_ready(form wanted) const;

 private:
  std::vector<item> items_;
  mutable std::array<lazy<std::shared_ptr<const packed>>, all_forms.size()> forms_;
};

// A body in shared pieces, ready to be written, and what its end needs.
struct ready_body {
  chunks pieces;  // with the head of packed ones
  packed_frame frame{encoding::identity};
};

class assembly {
 public:
  using segment_map = std::map<segment::key, std::shared_ptr<const segment>>;

  // Families by name; segments that are among `known` are shared with it.
  assembly(std::vector<std::shared_ptr<const family_pages>> families,
           std::span<const segment_map* const> known);

  // Makes the form unless it is made; any thread.
  const ready_body& make(form wanted) const;
  // True when make() has nothing to encode or to pack.
  bool is_ready(form wanted) const;
  // The whole body: the published pages, and `own`, which were made for this scrape. No family may
  // be in both.
  chunks body(form wanted, const page_set& own) const;

  const segment_map& segments() const { return known_; }

 private:
  void cut(std::span<const segment_map* const> known);
  void add_segment(std::vector<segment::item> items, std::span<const segment_map* const> known);
  ready_body assemble(form wanted) const;

  std::vector<std::shared_ptr<const family_pages>> families_;
  std::vector<std::shared_ptr<const segment>> segments_;
  segment_map known_;
  mutable std::array<lazy<ready_body>, all_forms.size()> forms_;
};

}  // namespace wolkvox::metrics
