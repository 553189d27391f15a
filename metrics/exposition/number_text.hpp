// Numbers as the text formats write them: whole numbers without an exponent, others as the shortest
// text that reads back as the same double, NaN, +Inf and -Inf.
#pragma once

#include <string>

namespace wolkvox::metrics {

void append_number(std::string& out, double value);

}  // namespace wolkvox::metrics
