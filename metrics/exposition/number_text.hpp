// Numbers as the text formats write them: whole numbers without an exponent, others as the shortest
// text that reads back as the same double, NaN, +Inf and -Inf.
#pragma once

#include <cstddef>
#include <string>

namespace wolkvox::metrics {

// Room that write_number() may need.
inline constexpr std::size_t longest_number = 24;

// Answers the end of what it wrote.
char* write_number(char* to, double value);
void append_number(std::string& out, double value);
// A bound of a histogram as OpenMetrics wants it: never like a whole number (5.0, 1e+16).
void append_canonical_bound(std::string& out, double bound);

}  // namespace wolkvox::metrics
