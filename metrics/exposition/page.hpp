// Finished pieces of exposition: one family of one publisher, encoded when its poll ended. A scrape gathers
// shared pages; nothing is encoded for it but the exporter's own few families.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/families.hpp"

namespace wolkvox::metrics {

// Immutable once made; shared between the event loop, the pool and slow readers.
struct page {
  family_id family;
  std::string operation;  // "" for families that belong to none
  std::string text;       // samples in text format 0.0.4, without the # HELP and # TYPE lines
};

using page_set = std::vector<std::shared_ptr<const page>>;

// What a scrape asked for; empty means all.
struct page_filter {
  std::vector<std::string> names;       // ?name[]=
  std::vector<std::string> operations;  // ?operation=
};

}  // namespace wolkvox::metrics
