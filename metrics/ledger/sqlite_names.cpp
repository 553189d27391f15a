// The statements of sqlite_names.hpp.
#include "metrics/ledger/sqlite_names.hpp"

#include <optional>
#include <string_view>
#include <utility>

namespace wolkvox::metrics {
namespace {

using kind = ledger_error::kind;

std::optional<named_thing> thing_of(database& db, std::int64_t place) {
  if (place < 0 || std::cmp_greater_equal(place, every_named_thing.size())) {
    db.fail(kind::unreadable, "holds a name of an unknown kind");
    return std::nullopt;
  }
  return every_named_thing[static_cast<std::size_t>(place)];
}

// Runs a statement of owner, kind, id and name for each name.
void for_each_name(statement& write, std::int64_t owner, const name_directory& names) {
  for (const named_thing thing : every_named_thing) {
    for (const auto& [id, name] : names.all(thing)) {
      write << owner << static_cast<std::int64_t>(thing) << std::string_view(id)
            << std::string_view(name);
      write.run();
    }
  }
}

void load_present(database& db, const std::string& operation, name_directory& out) {
  auto query = db.prepare(
      "SELECT n.kind, n.id, n.name FROM operations o JOIN names n ON n.operation = o.id"
      " WHERE o.name = ?");
  query << std::string_view(operation);
  while (query.row()) {
    if (const auto thing = thing_of(db, query.integer(0))) {
      out.learn(*thing, query.text(1), query.text(2));
    }
  }
}

void load_former(database& db, const std::string& operation, name_directory& out) {
  auto query = db.prepare(
      "SELECT f.kind, f.id, f.name, f.told FROM operations o"
      " JOIN former_names f ON f.operation = o.id WHERE o.name = ?");
  query << std::string_view(operation);
  while (query.row()) {
    if (const auto thing = thing_of(db, query.integer(0))) {
      out.learn_former(*thing, query.text(1),
                       {.name = std::string(query.text(2)),
                        .told = sys_seconds{std::chrono::seconds{query.integer(3)}}});
    }
  }
}

void load_shown(database& db, const std::string& operation, operation_state& out) {
  auto query = db.prepare(
      "SELECT c.name, n.kind, n.id, n.name FROM operations o"
      " JOIN collectors c ON c.operation = o.id JOIN shown_names n ON n.collector = c.id"
      " WHERE o.name = ?");
  query << std::string_view(operation);
  while (query.row()) {
    if (const auto thing = thing_of(db, query.integer(1))) {
      out.collectors[std::string(query.text(0))].names.learn(*thing, query.text(2), query.text(3));
    }
  }
}

}  // namespace

void load_names(database& db, const std::string& operation, operation_state& out) {
  load_present(db, operation, out.names);
  load_former(db, operation, out.names);
  load_shown(db, operation, out);
}

void replace_names(database& db, std::int64_t operation, const name_directory& names) {
  for (const char* sql :
       {"DELETE FROM names WHERE operation = ?", "DELETE FROM former_names WHERE operation = ?"}) {
    auto clear = db.prepare(sql);
    clear << operation;
    clear.run();
  }
  auto write = db.prepare("INSERT INTO names (operation, kind, id, name) VALUES (?, ?, ?, ?)");
  for_each_name(write, operation, names);
  auto keep = db.prepare(
      "INSERT INTO former_names (operation, kind, id, name, told) VALUES (?, ?, ?, ?, ?)");
  for (const named_thing thing : every_named_thing) {
    for (const auto& [id, formers] : names.former(thing)) {
      for (const former_name& each : formers) {
        keep << operation << static_cast<std::int64_t>(thing) << std::string_view(id)
             << std::string_view(each.name) << each.told.time_since_epoch().count();
        keep.run();
      }
    }
  }
}

void replace_shown_names(database& db, std::int64_t collector, const name_directory& names) {
  auto clear = db.prepare("DELETE FROM shown_names WHERE collector = ?");
  clear << collector;
  clear.run();
  auto write =
      db.prepare("INSERT INTO shown_names (collector, kind, id, name) VALUES (?, ?, ?, ?)");
  for_each_name(write, collector, names);
}

void show_names(database& db, std::int64_t operation, std::int64_t collector,
                const name_directory& names) {
  auto show =
      db.prepare("REPLACE INTO shown_names (collector, kind, id, name) VALUES (?, ?, ?, ?)");
  for_each_name(show, collector, names);
  // An id for a name is none.
  auto give_way = db.prepare(
      "INSERT OR IGNORE INTO former_names (operation, kind, id, name, told)"
      " SELECT operation, kind, id, name, 0 FROM names"
      " WHERE operation = ? AND kind = ? AND id = ? AND name <> ? AND name <> id");
  for_each_name(give_way, operation, names);
  auto come_back = db.prepare(
      "DELETE FROM former_names WHERE operation = ? AND kind = ? AND id = ? AND name = ?");
  for_each_name(come_back, operation, names);
  auto remember = db.prepare("REPLACE INTO names (operation, kind, id, name) VALUES (?, ?, ?, ?)");
  for_each_name(remember, operation, names);
}

}  // namespace wolkvox::metrics
