// The next pages of what accumulates, once the ledger has kept what a restart must know of them:
// other names before they are shown, series before they show their values or leave (the steps of
// accumulated.hpp between apply() and publication).
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "metrics/accumulated.hpp"

namespace wolkvox::metrics {

// Whose series they are.
struct book_owner {
  std::string operation;
  std::string collector;
};

std::expected<page_set, ledger_error> next_pages(accumulated& book, ledger& kept,
                                                 const book_owner& owner,
                                                 const std::shared_ptr<const name_directory>& names,
                                                 accumulated::instant now,
                                                 const retirement_terms& terms = {});

}  // namespace wolkvox::metrics
