// Writes a live table into a sink: no object per series on the way. Pure; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/exposition/sink.hpp"
#include "metrics/live/live_table.hpp"

namespace wolkvox::metrics {

// Families in the order of the table, entities by name (the last of their labels), an entity's
// columns of one family side by side, `absent` cells left out. Table-wide samples are admitted
// first, then entities by id (numbers by amount) until the next one would pass `series_limit`; an
// entity listed twice is written once. Answers the number of series left out for either reason.
std::uint64_t write_live(const live_table& table, std::string_view operation,
                         std::uint64_t series_limit, sink& out);

}  // namespace wolkvox::metrics
