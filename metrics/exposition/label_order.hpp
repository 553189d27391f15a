// The order of series: by label value, whole numbers by their amount before other texts ("2" before
// "10" before "ivr"), so that ids and thresholds stand as people read them.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace wolkvox::metrics {

std::strong_ordering compare_label_values(std::string_view a, std::string_view b);

// The first of a comparison, made once per value of many: different keys decide, equal ones do not.
std::uint64_t label_order_key(std::string_view value);

}  // namespace wolkvox::metrics
