#include "metrics/next_pages.hpp"

#include <utility>

namespace wolkvox::metrics {

std::expected<page_set, ledger_error> next_pages(accumulated& book, ledger& kept,
                                                 const book_owner& owner,
                                                 const std::shared_ptr<const name_directory>& names,
                                                 accumulated::instant now,
                                                 const retirement_terms& terms) {
  book.use_names(names);
  if (const auto change = book.rename_due(now)) {
    if (auto renamed = kept.rename(owner.operation, owner.collector, *change); !renamed) {
      return std::unexpected(std::move(renamed.error()));
    }
    book.rename();
  }
  if (const auto keys = book.keys_to_show(now); !keys.empty()) {
    if (auto marked = kept.mark_shown(owner.operation, owner.collector, keys); !marked) {
      return std::unexpected(std::move(marked.error()));
    }
    book.show(keys);
  }
  if (const auto left = book.retirement_due(terms, now); !left.empty()) {
    if (auto retired = kept.retire(owner.operation, owner.collector, left); !retired) {
      return std::unexpected(std::move(retired.error()));
    }
    book.retire(left);
  }
  return book.pages();
}

}  // namespace wolkvox::metrics
