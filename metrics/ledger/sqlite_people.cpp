#include "metrics/ledger/sqlite_people.hpp"

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/ledger/series_row.hpp"

namespace wolkvox::metrics {
namespace {

struct becoming_one {
  std::vector<std::int64_t> rows;
  std::vector<series_state> parts;
  bool changes = false;
};

// By collector and the key's text as it may be kept.
using kept_series = std::map<std::pair<std::int64_t, std::string>, becoming_one>;

kept_series of_later_families(database& db, const std::string& operation, const people_rule& rule) {
  kept_series all;
  auto query = db.prepare(
      fmt::format("SELECT s.id, s.collector, s.key, {} FROM operations o"
                  " JOIN collectors c ON c.operation = o.id JOIN series s ON s.collector = c.id"
                  " WHERE o.name = ?",
                  series_columns));
  query << std::string_view(operation);
  while (query.row()) {
    const auto key = query.text(2);
    if (names_known_family(key)) {
      continue;
    }
    auto kept = kept_text(key, rule);
    if (!kept) {
      db.fail(ledger_error::kind::unreadable, kept.error());
      break;
    }
    auto state = read_series(db, query, 3, family_in_text(key));
    if (!state) {
      break;
    }
    const bool changes = key != *kept;
    becoming_one& target = all[{query.integer(1), std::move(*kept)}];
    target.changes = target.changes || changes || !target.parts.empty();
    target.rows.push_back(query.integer(0));
    target.parts.push_back(std::move(*state));
  }
  return all;
}

}  // namespace

std::vector<std::string> operations_in(database& db) {
  std::vector<std::string> names;
  auto query = db.prepare("SELECT name FROM operations ORDER BY name");
  while (query.row()) {
    names.emplace_back(query.text(0));
  }
  return names;
}

void replace_series(database& db, std::int64_t collector, const erasure::of_collector& changed) {
  auto remove = db.prepare("DELETE FROM series WHERE collector = ? AND key = ?");
  for (const series_key& key : changed.gone) {
    const std::string text = to_text(key);
    remove << collector << std::string_view(text);
    remove.run();
  }
  for (const series_state& state : changed.written) {
    write_series(db, collector, to_text(state.key), state);
  }
}

bool erase_people_of_later_families(database& db, const std::string& operation,
                                    const people_rule& rule) {
  bool any = false;
  auto all = of_later_families(db, operation, rule);
  auto remove = db.prepare("DELETE FROM series WHERE id = ?");
  for (auto& [place, each] : all) {
    if (!each.changes) {
      continue;
    }
    any = true;
    for (const std::int64_t row : each.rows) {
      remove << row;
      remove.run();
    }
    const auto& [collector, key] = place;
    write_series(db, collector, key, joined(std::move(each.parts)));
  }
  return any;
}

void leftovers::wipe(database& db) {
  if (where_ == place::pages) {
    db.execute("VACUUM");
    where_ = db.outcome() ? place::log : where_;
  }
  if (where_ == place::log && db.cut_log()) {
    where_ = place::none;
  }
}

}  // namespace wolkvox::metrics
