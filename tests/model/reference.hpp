// What the counters must be in the end, from the platform's records alone: every record that was
// ever published with a date since counting began, once.
#pragma once

#include "tests/model/prometheus.hpp"
#include "tests/model/world.hpp"

namespace wolkvox::model {

amounts expected_amounts(const world& around);
// Rows that a collector must have told as counted.
std::uint64_t expected_rows(const world& around, std::string_view collector);

}  // namespace wolkvox::model
