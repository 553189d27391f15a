// Finished pieces of exposition: one family of one publisher, encoded when its poll ended. A scrape
// gathers shared pages; nothing is encoded for it but the exporter's own few families.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/families.hpp"

namespace wolkvox::metrics {

// Immutable once made; shared between the event loop, the pool and slow readers.
struct page {
  family_id family{};
  std::string operation;     // "" for families that belong to none
  std::string text;          // samples in text format 0.0.4, without the # HELP and # TYPE lines
  std::uint64_t series = 0;  // lines of `text`
};

using page_set = std::vector<std::shared_ptr<const page>>;

// What a scrape asked for; empty means all.
struct page_filter {
  std::vector<std::string> names;       // ?name[]=
  std::vector<std::string> operations;  // ?operation=

  bool takes_name(std::string_view family) const { return takes(names, family); }
  bool takes_operation(std::string_view operation) const { return takes(operations, operation); }

 private:
  static bool takes(const std::vector<std::string>& wanted, std::string_view value);
};

// Lines of all pages.
std::uint64_t count_series(const page_set& pages);

}  // namespace wolkvox::metrics
