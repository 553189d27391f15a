// When the ledger may forget rows that no window can reach again, and which. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "exporter/poll/report_poll.hpp"

namespace wolkvox::poll {

// Rows dated before this may be forgotten now; what was forgotten is noted in `memory`. Nothing
// before it is an hour's rows more than the last time, nor while a gap is open, as the ledger knows
// it: the windows that close it overlap with old rows, and a restart would ask for them again.
std::optional<sys_seconds> rows_to_forget(const report_settings& settings, report_memory& memory,
                                          sys_seconds platform);

// Of collectors that are polled no more: what they asked for is not known, so that rows are kept as
// long as the longest lookback that a configuration may name would keep them.
sys_seconds long_unseen(sys_seconds now);

}  // namespace wolkvox::poll
