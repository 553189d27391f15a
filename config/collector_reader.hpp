// Reads the map `collectors` of `defaults` or of an operation over the settings so far.
#pragma once

#include "config/operation_reader.hpp"
#include "config/strict_map.hpp"

namespace wolkvox::config {

void read_collectors(const located& map, operation_draft& draft, problem_log& log);

}  // namespace wolkvox::config
