// The few families that every scrape makes anew, because they never stand still: the process's
// figures and the counts of scrapes. All others are kept pages. They belong to no operation.
#pragma once

#include <span>

#include "metrics/families.hpp"

namespace wolkvox::metrics {

// Sorted by name.
std::span<const family_id> families_made_per_scrape();

}  // namespace wolkvox::metrics
