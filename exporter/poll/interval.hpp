// Sets of half-open intervals of time, as sorted vectors: what a report has been counted over.
#pragma once

#include <chrono>
#include <vector>

#include "metrics/ledger/interval.hpp"

namespace wolkvox::poll {

using metrics::interval;
using std::chrono::sys_seconds;

// The union of a sorted, disjoint set and one more interval; touching intervals become one, an
// empty one adds nothing.
std::vector<interval> unite(std::vector<interval> set, interval added);
// Whether the interval lies in the set whole.
bool covers(const std::vector<interval>& set, const interval& part);
// What of the set lies before `end`: a platform clock that ran ahead must not leave the future
// covered.
std::vector<interval> cut_after(std::vector<interval> set, sys_seconds end);

}  // namespace wolkvox::poll
