// One family of one publisher as it stands after a poll. Its bytes in a format are made when first
// asked for, by whichever thread asks, and kept as long as the page: scrapes gather shared bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/exposition/chunks.hpp"
#include "metrics/exposition/form.hpp"
#include "metrics/exposition/lazy.hpp"
#include "metrics/exposition/recording.hpp"
#include "metrics/families.hpp"

namespace wolkvox::metrics {

class page {
 public:
  page(std::shared_ptr<const recording> from, family_id id)
      : from_(std::move(from)), family_(id), lines_(from_->lines(id)) {}

  family_id family() const { return family_; }
  std::uint64_t lines() const { return lines_; }  // as text, without # HELP and # TYPE
  // Without the family's header.
  const chunks& body(format as) const;

 private:
  lazy<chunks>& body_of(format as) const;

  std::shared_ptr<const recording> from_;
  family_id family_;
  std::uint64_t lines_;
  mutable std::array<lazy<chunks>, 3> bodies_;  // by format
};

using page_set = std::vector<std::shared_ptr<const page>>;

struct operation_pages {
  std::string operation;
  page_set pages;
};

// One page per family that has samples, in the order of the table.
page_set make_pages(const std::shared_ptr<const recording>& from);

// Lines of all pages.
std::uint64_t count_series(const page_set& pages);

// What a scrape asked for; empty means all.
// The family that a name means: one's own, a counter's without its _total, as OpenMetrics names it,
// or that of one of its samples (_bucket, _sum, _count, _created). The name itself where it means
// none.
std::string family_meant_by(std::string_view name);

struct page_filter {
  std::vector<std::string> names;       // of families; ?name[]=
  std::vector<std::string> operations;  // ?operation=

  bool takes_all() const { return names.empty() && operations.empty(); }
  bool takes_name(std::string_view family) const { return takes(names, family); }
  bool takes_operation(std::string_view operation) const { return takes(operations, operation); }

 private:
  static bool takes(const std::vector<std::string>& wanted, std::string_view value);
};

}  // namespace wolkvox::metrics
