// What people.hpp erases, in ledger.db: its rows, and the bytes that are left of them. For
// sqlite_ledger.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "metrics/ledger/database.hpp"
#include "metrics/ledger/people.hpp"

namespace wolkvox::metrics {

// All that it holds, configured or not.
std::vector<std::string> operations_in(database& db);

void replace_series(database& db, std::int64_t collector, const erasure::of_collector& changed);

// The same for series that are not loaded, being of families of a later version: whether anything
// was not to be kept.
bool erase_people_of_later_families(database& db, const std::string& operation,
                                    const people_rule& rule);

// Deleted cells are overwritten (secure_delete), but not every copy that a page left of cells that
// moved: the file is written anew, and the log cut off. Who reads an older state keeps the log, a
// full disk the pages: it is tried again.
class leftovers {
 public:
  void erased() { where_ = place::pages; }
  // Between transactions. Cheap where nothing is left.
  void wipe(database& db);

 private:
  enum class place : std::uint8_t { none, log, pages };
  place where_ = place::none;
};

}  // namespace wolkvox::metrics
