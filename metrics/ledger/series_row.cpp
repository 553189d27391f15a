// Columns to a series and back.
#include "metrics/ledger/series_row.hpp"

#include <fmt/format.h>

#include <numeric>
#include <utility>

#include "metrics/ledger/packed.hpp"

namespace wolkvox::metrics {
namespace {

std::optional<native_buckets> read_native(std::span<const std::byte> bytes) {
  const auto column = unpacked<std::int64_t>(bytes);
  if (column.size() * 8 != bytes.size() || column.size() % 2 == 0 || column[0] < 0) {
    return std::nullopt;
  }
  std::vector<native_buckets::bucket> positive;
  for (std::size_t i = 1; i < column.size(); i += 2) {
    const bool is_index = std::in_range<std::int32_t>(column[i]);
    const bool ascends = positive.empty() || column[i] > positive.back().index;
    if (!is_index || !ascends || column[i + 1] <= 0) {
      return std::nullopt;
    }
    positive.push_back({.index = static_cast<std::int32_t>(column[i]),
                        .count = static_cast<std::uint64_t>(column[i + 1])});
  }
  return native_buckets{static_cast<std::uint64_t>(column[0]), std::move(positive)};
}

// Schema 1 kept no native buckets: theirs are made of the others, whenever such a row is read.
std::optional<native_buckets> native_of(const series_state& state,
                                        std::span<const std::byte> column) {
  if (state.bounds.empty()) {
    return native_buckets{};
  }
  return column.empty() ? native_from_classic(state.bounds, state.buckets) : read_native(column);
}

bool adds_up(std::span<const std::uint64_t> buckets, const native_buckets& native) {
  return native.total() == std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0});
}

bool adds_up(const series_state& state) {
  const auto counts = state.bounds.empty() ? 0 : state.bounds.size() + 1;
  const auto& base = state.base;
  return state.buckets.size() == counts && adds_up(state.buckets, state.native) &&
         (base.buckets.empty() || base.buckets.size() == counts) &&
         adds_up(base.buckets, base.native);
}

}  // namespace

std::optional<series_state> read_series(database& db, const statement& row, int first,
                                        std::string_view family) {
  series_state state{
      .key = {},
      .bounds = unpacked<double>(row.blob(first + 2)),
      .buckets = unpacked<std::uint64_t>(row.blob(first + 3)),
      .total = quantity::from_micros(row.integer(first)),
      .shown = row.integer(first + 1) != 0,
      .started = sys_seconds{std::chrono::seconds{row.integer(first + 4)}},
      .base = {.total = quantity::from_micros(row.integer(first + 6)),
               .buckets = unpacked<std::uint64_t>(row.blob(first + 7))},
      .grown = sys_seconds{std::chrono::seconds{row.integer(first + 9)}},
      .retired = row.integer(first + 10) != 0,
  };
  const auto native = native_of(state, row.blob(first + 5));
  state.native = native.value_or(native_buckets{});
  const auto base = state.base.buckets.empty() ? std::optional{native_buckets{}}
                                               : read_native(row.blob(first + 8));
  state.base.native = base.value_or(native_buckets{});
  if (!native || !base || !adds_up(state)) {
    db.fail(ledger_error::kind::unreadable,
            fmt::format("the buckets of a series of {} do not add up", family));
    return std::nullopt;
  }
  return state;
}

void write_series(database& db, std::int64_t collector, std::string_view key,
                  const series_state& state) {
  const auto bounds = packed(state.bounds);
  const auto buckets = packed(state.buckets);
  const auto native = packed(native_column(state.buckets, state.native));
  const auto base_buckets = packed(state.base.buckets);
  const auto base_native = packed(native_column(state.base.buckets, state.base.native));
  auto write = db.prepare(
      "INSERT INTO series (collector, key, total, shown, bounds, buckets, native, started, base,"
      " base_buckets, base_native, grown, retired)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  write << collector << key << state.total.micros() << static_cast<std::int64_t>(state.shown)
        << std::span(bounds) << std::span(buckets) << std::span(native)
        << state.started.time_since_epoch().count() << state.base.total.micros()
        << std::span(base_buckets) << std::span(base_native)
        << state.grown.time_since_epoch().count() << static_cast<std::int64_t>(state.retired);
  write.run();
}

std::vector<std::int64_t> native_column(const std::vector<std::uint64_t>& buckets,
                                        const native_buckets& native) {
  std::vector<std::int64_t> column;
  if (buckets.empty()) {
    return column;
  }
  column.push_back(static_cast<std::int64_t>(native.zero_count()));
  for (const auto& [index, count] : native.positive()) {
    column.push_back(index);
    column.push_back(static_cast<std::int64_t>(count));
  }
  return column;
}

}  // namespace wolkvox::metrics
