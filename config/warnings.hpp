// What is valid but will not do what its author hopes: intervals that the daily budget does not
// carry, codes that never settle.
#pragma once

#include "config/operation_reader.hpp"
#include "config/strict_map.hpp"

namespace wolkvox::config {

// Requests a day of the enabled collectors at their intervals.
double requests_per_day(const operation& settings);

void warn(const operation_draft& draft, problem_log& warnings);

}  // namespace wolkvox::config
