// What an operation's start reads from ledger.db beside its names: its series, and which windows
// were asked. For sqlite_ledger.cpp.
#pragma once

#include <string>

#include "metrics/ledger/database.hpp"
#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// Series of families that this version does not have stay in the file alone.
void load_series(database& db, const std::string& operation, operation_state& out);
// What is covered, the horizons, and the zone that the windows were cut in.
void load_windows(database& db, const std::string& operation, operation_state& out);

}  // namespace wolkvox::metrics
