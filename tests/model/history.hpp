// One random history from a seed: a platform, processes that live and die over one ledger, and what
// is wrong in the end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::model {

// Opens the ledger for a new process; the one before is gone.
using open_ledger = std::function<metrics::ledger&()>;

struct history_result {
  std::string scenario;
  std::vector<std::string> complaints;  // none: every promise was kept
  std::uint64_t rows = 0;
  std::uint64_t late = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t revised = 0;
  std::uint64_t kills = 0;
  std::uint64_t retirements = 0;  // series that left the pages
};

history_result run_history(std::uint64_t seed, const open_ledger& open);

}  // namespace wolkvox::model
