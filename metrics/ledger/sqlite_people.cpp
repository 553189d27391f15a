#include "metrics/ledger/sqlite_people.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "metrics/ledger/series_row.hpp"

namespace wolkvox::metrics {

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
    write_series(db, collector, state);
  }
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
