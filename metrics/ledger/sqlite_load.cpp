// The queries of sqlite_load.hpp.
#include "metrics/ledger/sqlite_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "metrics/ledger/series_row.hpp"

namespace wolkvox::metrics {
namespace {

using kind = ledger_error::kind;

void load_covered(database& db, const std::string& operation, operation_state& out) {
  auto query = db.prepare(
      "SELECT c.name, v.begin, v.end FROM operations o JOIN collectors c ON c.operation = o.id"
      " JOIN covered v ON v.collector = c.id WHERE o.name = ? ORDER BY v.begin");
  query << std::string_view(operation);
  while (query.row()) {
    out.collectors[std::string(query.text(0))].covered.push_back(
        {.begin = sys_seconds{std::chrono::seconds{query.integer(1)}},
         .end = sys_seconds{std::chrono::seconds{query.integer(2)}}});
  }
}

void load_horizons(database& db, const std::string& operation, operation_state& out) {
  auto query = db.prepare(
      "SELECT c.name, h.seen_from FROM operations o JOIN collectors c ON c.operation = o.id"
      " JOIN horizons h ON h.collector = c.id WHERE o.name = ?");
  query << std::string_view(operation);
  while (query.row()) {
    out.collectors[std::string(query.text(0))].horizon =
        sys_seconds{std::chrono::seconds{query.integer(1)}};
  }
}

void load_zone(database& db, const std::string& operation, operation_state& out) {
  auto query = db.prepare("SELECT zone FROM operations WHERE name = ?");
  query << std::string_view(operation);
  if (query.row()) {
    out.zone = query.text(0);
  }
}

}  // namespace

void load_series(database& db, const std::string& operation, operation_state& out) {
  auto query = db.prepare(
      fmt::format("SELECT c.name, s.key, {} FROM operations o"
                  " JOIN collectors c ON c.operation = o.id JOIN series s ON s.collector = c.id"
                  " WHERE o.name = ?",
                  series_columns));
  query << std::string_view(operation);
  while (query.row()) {
    auto key = series_key_from_text(query.text(1));
    if (!key && !names_known_family(query.text(1))) {
      continue;  // of a later version of the same schema: kept, not shown
    }
    if (!key) {
      db.fail(kind::unreadable, key.error());
      return;
    }
    auto state = read_series(db, query, 2, family_in_text(query.text(1)));
    if (!state) {
      return;
    }
    state->key = std::move(*key);
    out.collectors[std::string(query.text(0))].series.push_back(std::move(*state));
  }
  for (auto& [name, collector] : out.collectors) {
    std::ranges::sort(collector.series, [](auto& a, auto& b) { return a.key < b.key; });
  }
}

void load_windows(database& db, const std::string& operation, operation_state& out) {
  load_covered(db, operation, out);
  load_horizons(db, operation, out);
  load_zone(db, operation, out);
}

}  // namespace wolkvox::metrics
