// The statements of sqlite_names.hpp.
#include "metrics/ledger/sqlite_names.hpp"

#include <array>
#include <string_view>

namespace wolkvox::metrics {
namespace {

constexpr std::array kinds_of_names{named_thing::agent, named_thing::skill, named_thing::campaign};

// Runs an insert of owner, kind, id and name for each name.
void write_names(database& db, std::string_view sql, std::int64_t owner,
                 const name_directory& names) {
  auto write = db.prepare(sql);
  for (std::size_t place = 0; place < kinds_of_names.size(); ++place) {
    for (const auto& [id, name] : names.all(kinds_of_names[place])) {
      write << owner << static_cast<std::int64_t>(place) << std::string_view(id)
            << std::string_view(name);
      write.run();
    }
  }
}

void clear_names(database& db, std::string_view sql, std::int64_t owner) {
  auto clear = db.prepare(sql);
  clear << owner;
  clear.run();
}

// Kind, id and name from column `first` on.
void take_name(database& db, statement& query, int first, name_directory& into) {
  const auto place = static_cast<std::size_t>(query.integer(first));
  if (place >= kinds_of_names.size()) {
    db.fail(ledger_error::kind::unreadable, "holds a name of an unknown kind");
    return;
  }
  into.learn(kinds_of_names[place], query.text(first + 1), query.text(first + 2));
}

}  // namespace

void load_names(database& db, const std::string& operation, operation_state& out) {
  auto told = db.prepare(
      "SELECT n.kind, n.id, n.name FROM operations o JOIN names n ON n.operation = o.id"
      " WHERE o.name = ?");
  told << std::string_view(operation);
  while (told.row()) {
    take_name(db, told, 0, out.names);
  }
  auto shown = db.prepare(
      "SELECT c.name, n.kind, n.id, n.name FROM operations o"
      " JOIN collectors c ON c.operation = o.id JOIN shown_names n ON n.collector = c.id"
      " WHERE o.name = ?");
  shown << std::string_view(operation);
  while (shown.row()) {
    take_name(db, shown, 1, out.collectors[std::string(shown.text(0))].names);
  }
}

void replace_names(database& db, std::int64_t operation, const name_directory& names) {
  clear_names(db, "DELETE FROM names WHERE operation = ?", operation);
  write_names(db, "INSERT INTO names (operation, kind, id, name) VALUES (?, ?, ?, ?)", operation,
              names);
}

void replace_shown_names(database& db, std::int64_t collector, const name_directory& names) {
  clear_names(db, "DELETE FROM shown_names WHERE collector = ?", collector);
  write_names(db, "INSERT INTO shown_names (collector, kind, id, name) VALUES (?, ?, ?, ?)",
              collector, names);
}

void show_names(database& db, std::int64_t operation, std::int64_t collector,
                const name_directory& names) {
  write_names(db, "REPLACE INTO shown_names (collector, kind, id, name) VALUES (?, ?, ?, ?)",
              collector, names);
  write_names(db, "REPLACE INTO names (operation, kind, id, name) VALUES (?, ?, ?, ?)", operation,
              names);
}

}  // namespace wolkvox::metrics
