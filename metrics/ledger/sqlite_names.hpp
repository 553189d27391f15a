// The names in ledger.db: those that an operation's ids bear and bore, and those that the labels of
// a collector's series show. For sqlite_ledger.cpp, inside its transactions.
#pragma once

#include <cstdint>
#include <string>

#include "metrics/ledger/database.hpp"
#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

void load_names(database& db, const std::string& operation, operation_state& out);

// All of an operation's, or all that a collector shows, instead of what was kept.
void replace_names(database& db, std::int64_t operation, const name_directory& names);
void replace_shown_names(database& db, std::int64_t collector, const name_directory& names);

// What a collector shows from now on. What gives way to it in the operation's names is a former
// name.
void show_names(database& db, std::int64_t operation, std::int64_t collector,
                const name_directory& names);

}  // namespace wolkvox::metrics
