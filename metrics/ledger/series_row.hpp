// A series as a row of the table `series`: how what accumulates stands in columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "metrics/ledger/database.hpp"
#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// What read_series reads, for the end of a SELECT's columns.
inline constexpr std::string_view series_columns =
    "total, shown, bounds, buckets, started, native, base, base_buckets, base_native, grown,"
    " retired";

// Reads series_columns, the columns of `row` from `first` on. What does not add up fails the
// database as unreadable and, as after any failure, nothing is found. The key is the caller's: it
// may be of a family that this version does not have.
std::optional<series_state> read_series(database& db, const statement& row, int first,
                                        std::string_view family);

// A new row.
void write_series(database& db, std::int64_t collector, std::string_view key,
                  const series_state& state);

// The columns `native` and `base_native`: the zero bucket's count, then index and count of each
// bucket; empty for counters, and for histograms that schema 1 kept until they grow.
std::vector<std::int64_t> native_column(const std::vector<std::uint64_t>& buckets,
                                        const native_buckets& native);

}  // namespace wolkvox::metrics
