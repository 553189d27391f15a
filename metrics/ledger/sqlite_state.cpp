// The look-ups and writes of sqlite_state.hpp.
#include "metrics/ledger/sqlite_state.hpp"

#include <fmt/format.h>

#include "metrics/ledger/packed.hpp"
#include "metrics/ledger/series_row.hpp"

namespace wolkvox::metrics {
namespace {

std::int64_t seconds(sys_seconds at) {
  return at.time_since_epoch().count();
}
std::int64_t seconds(local_seconds date) {
  return date.time_since_epoch().count();
}

sys_seconds at_seconds(std::int64_t count) {
  return sys_seconds{std::chrono::seconds{count}};
}

}  // namespace

sqlite_state::sqlite_state(database& db, std::int64_t collector, const settlement& window)
    : db_(db),
      collector_(collector),
      window_(window),
      ids_(window.series.size()),
      find_records_(
          db.prepare("SELECT date, seen, rows FROM records WHERE collector = ? AND id = ?")) {}

std::optional<series_state> sqlite_state::series(std::uint32_t index) {
  const series_key& key = window_.series[index].key;
  const std::string text = to_text(key);
  static const std::string select =
      fmt::format("SELECT id, {} FROM series WHERE collector = ? AND key = ?", series_columns);
  auto query = db_.prepare(select);
  query << collector_ << std::string_view(text);
  if (!query.row()) {
    return std::nullopt;
  }
  ids_[index] = query.integer(0);
  auto state = read_series(db_, query, 1, describe(key.family).name);
  if (state) {
    state->key = key;
  }
  return state;
}

known_records sqlite_state::records(const identity& id) {
  const auto bytes = packed(id);
  find_records_.reset();
  find_records_ << collector_ << std::span<const std::byte>(bytes);
  known_records known;
  while (find_records_.row()) {
    known.emplace(local_seconds{std::chrono::seconds{find_records_.integer(0)}},
                  known_record{.seen = at_seconds(find_records_.integer(1)),
                               .rows = unpacked_rows(find_records_.blob(2))});
  }
  return known;
}

std::vector<interval> sqlite_state::taken_over() {
  auto query = db_.prepare("SELECT begin, end FROM taken_over WHERE collector = ? ORDER BY begin");
  query << collector_;
  std::vector<interval> times;
  while (query.row()) {
    times.push_back({.begin = at_seconds(query.integer(0)), .end = at_seconds(query.integer(1))});
  }
  return times;
}

std::optional<known_reading> sqlite_state::reading(const identity& id) {
  const auto bytes = packed(id);
  auto query = db_.prepare("SELECT at, fingerprint FROM readings WHERE collector = ? AND id = ?");
  query << collector_ << std::span<const std::byte>(bytes);
  if (!query.row()) {
    return std::nullopt;
  }
  known_reading known{.fingerprint = std::bit_cast<std::uint64_t>(query.integer(1)),
                      .at = at_seconds(query.integer(0)),
                      .marks = {}};
  auto marks = db_.prepare("SELECT family, amount FROM marks WHERE collector = ? AND id = ?");
  marks << collector_ << std::span<const std::byte>(bytes);
  while (marks.row()) {
    if (const auto family = find_family(marks.text(0))) {
      known.marks.push_back({.family = *family, .amount = quantity::from_micros(marks.integer(1))});
    }
  }
  return known;
}

void sqlite_state::keep(const count_changes& changes) {
  find_records_.reset();  // an open read would stand in the way of the commit
  keep_series(changes);
  keep_records(changes);
  keep_readings(changes);
  keep_covered();
  keep_taken_over();
}

void sqlite_state::keep_series(const count_changes& changes) {
  auto create = db_.prepare(
      "INSERT INTO series (total, bounds, buckets, native, base_buckets, grown, collector, key,"
      " started, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)");
  auto update = db_.prepare(
      "UPDATE series SET total = ?, bounds = ?, buckets = ?, native = ?, base_buckets = ?,"
      " grown = ?, retired = ? WHERE id = ?");
  for (std::size_t i = 0; i < changes.series.size(); ++i) {
    const std::uint32_t index = changes.series[i];
    const series_state& state = changes.result.changed[i];
    const auto bounds = packed(state.bounds);
    const auto buckets = packed(state.buckets);
    const auto native = packed(native_column(state.buckets, state.native));
    const auto base = packed(state.base.buckets);  // other bounds may have cut it anew
    const std::string key = to_text(state.key);
    const bool known = ids_[index] != 0;
    auto& write = known ? update : create;
    write << state.total.micros() << std::span(bounds) << std::span(buckets) << std::span(native)
          << std::span(base) << seconds(state.grown);
    if (known) {
      write << static_cast<std::int64_t>(state.retired) << ids_[index];
    } else {
      write << collector_ << std::string_view(key) << seconds(state.started);
    }
    write.run();
    ids_[index] = known ? ids_[index] : db_.last_id();
  }
}

void sqlite_state::keep_records(const count_changes& changes) {
  auto erase = db_.prepare("DELETE FROM records WHERE collector = ? AND id = ? AND date = ?");
  auto write =
      db_.prepare("REPLACE INTO records (collector, id, date, seen, rows) VALUES (?, ?, ?, ?, ?)");
  for (const changed_record& each : changes.records) {
    const auto bytes = packed(each.id);
    const auto rows = packed(each.now.rows);
    const bool is_gone = each.now.rows.empty();
    auto& change = is_gone ? erase : write;
    change << collector_ << std::span<const std::byte>(bytes) << seconds(each.date);
    if (!is_gone) {
      change << seconds(each.now.seen) << std::span<const std::byte>(rows);
    }
    change.run();
  }
}

void sqlite_state::keep_readings(const count_changes& changes) {
  auto write =
      db_.prepare("REPLACE INTO readings (collector, id, at, fingerprint) VALUES (?, ?, ?, ?)");
  auto mark = db_.prepare("REPLACE INTO marks (collector, id, family, amount) VALUES (?, ?, ?, ?)");
  for (const auto& [id, reading] : changes.readings) {
    const auto bytes = packed(id);
    const auto blob = std::span<const std::byte>(bytes);
    write << collector_ << blob << seconds(reading.at)
          << std::bit_cast<std::int64_t>(reading.fingerprint);
    write.run();
    for (const high_mark& high : reading.marks) {
      mark << collector_ << blob << describe(high.family).name << high.amount.micros();
      mark.run();
    }
  }
}

// Rows without a date were counted by the earlier version if the first answer after it has them.
void sqlite_state::keep_taken_over() {
  auto close = db_.prepare("UPDATE taken_over SET begin = 0 WHERE collector = ? AND begin < 0");
  close << collector_;
  close.run();
}

void sqlite_state::keep_covered() {
  auto clear = db_.prepare("DELETE FROM covered WHERE collector = ?");
  clear << collector_;
  clear.run();
  auto write = db_.prepare("INSERT INTO covered (collector, begin, end) VALUES (?, ?, ?)");
  for (const interval& part : window_.covered) {
    write << collector_ << seconds(part.begin) << seconds(part.end);
    write.run();
  }
}

}  // namespace wolkvox::metrics
