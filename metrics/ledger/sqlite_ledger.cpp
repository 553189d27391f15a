// The ledger over ledger.db: each function is one transaction.
#include "metrics/ledger/sqlite_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "metrics/ledger/counting.hpp"
#include "metrics/ledger/database.hpp"
#include "metrics/ledger/durable_file.hpp"
#include "metrics/ledger/packed.hpp"
#include "metrics/ledger/schema.hpp"
#include "metrics/ledger/series_row.hpp"
#include "metrics/ledger/sqlite_load.hpp"
#include "metrics/ledger/sqlite_names.hpp"
#include "metrics/ledger/sqlite_people.hpp"
#include "metrics/ledger/sqlite_state.hpp"

namespace wolkvox::metrics {
namespace {

using kind = ledger_error::kind;

class sqlite_ledger final : public ledger {
 public:
  sqlite_ledger(held_lock lock, opened_ledger opened)
      : lock_(std::move(lock)),
        db_(std::move(opened.db)),
        taken_over_(opened.version < first_with_records) {}

  std::expected<std::vector<collector_name>, ledger_error> collectors() override;
  std::expected<operation_state, ledger_error> load(const std::string& operation) override;
  std::expected<taken, ledger_error> take_up(const taking& what) override;
  std::expected<settled, ledger_error> settle(const settlement& window) override;
  std::expected<void, ledger_error> mark_shown(const std::string& operation,
                                               const std::string& collector,
                                               const std::vector<series_key>& keys) override;
  std::expected<void, ledger_error> rename(const std::string& operation,
                                           const std::string& collector,
                                           const renaming& change) override;
  std::expected<void, ledger_error> retire(const std::string& operation,
                                           const std::string& collector,
                                           const std::vector<series_stand>& left) override;
  std::expected<void, ledger_error> remember_names(const std::string& operation,
                                                   const name_directory& names) override;
  std::expected<void, ledger_error> remember_zone(const std::string& operation,
                                                  const std::string& zone) override;
  std::expected<void, ledger_error> spend(const std::string& operation,
                                          const std::string& collector, const std::string& day,
                                          std::uint64_t spent) override;
  std::expected<ledger_facts, ledger_error> facts() override;
  std::expected<std::map<std::string, std::uint64_t>, ledger_error> spending(
      const std::string& operation, const std::string& day) override;
  std::expected<std::uint64_t, ledger_error> prune(const std::string& operation,
                                                   const std::string& collector,
                                                   sys_seconds before) override;

 private:
  std::expected<void, ledger_error> keep_horizon(const std::string& operation,
                                                 const std::string& collector, sys_seconds before);
  operation_state read(const std::string& operation);
  operation_state take_up(const std::string& operation, const std::optional<people_rule>& people,
                          taken& out);
  void keep(const std::string& operation, const erasure& erased);
  std::int64_t operation_id(std::string_view name);
  std::int64_t collector_id(const std::string& operation, std::string_view name);
  enum class presence : std::uint8_t { on_pages, retired };
  void rebase(std::int64_t owner, const std::vector<series_stand>& series, presence then);
  void update_series(std::int64_t owner, const series_key& key, statement& update);

  held_lock lock_;  // given up last
  std::unique_ptr<database> db_;
  bool taken_over_;
  leftovers left_;
};

// Names are kept once and stand as small numbers everywhere else; an unknown one is added.
std::int64_t sqlite_ledger::operation_id(std::string_view name) {
  auto add = db_->prepare("INSERT INTO operations (name) VALUES (?) ON CONFLICT DO NOTHING");
  add << name;
  add.run();
  auto find = db_->prepare("SELECT id FROM operations WHERE name = ?");
  find << name;
  return find.row() ? find.integer(0) : 0;
}

std::int64_t sqlite_ledger::collector_id(const std::string& operation, std::string_view name) {
  const auto owner = operation_id(operation);
  auto add =
      db_->prepare("INSERT INTO collectors (operation, name) VALUES (?, ?) ON CONFLICT DO NOTHING");
  add << owner << name;
  add.run();
  auto find = db_->prepare("SELECT id FROM collectors WHERE operation = ? AND name = ?");
  find << owner << name;
  return find.row() ? find.integer(0) : 0;
}

std::expected<std::vector<collector_name>, ledger_error> sqlite_ledger::collectors() {
  std::vector<collector_name> all;
  db_->rollback();
  auto query = db_->prepare(
      "SELECT o.name, c.name FROM operations o JOIN collectors c ON c.operation = o.id"
      " ORDER BY o.name, c.name");
  while (query.row()) {
    all.push_back(
        {.operation = std::string{query.text(0)}, .collector = std::string{query.text(1)}});
  }
  if (auto read = db_->outcome(); !read) {
    return std::unexpected(std::move(read.error()));
  }
  return all;
}

std::expected<operation_state, ledger_error> sqlite_ledger::load(const std::string& operation) {
  db_->rollback();
  auto state = read(operation);
  if (auto done = db_->outcome(); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return state;
}

operation_state sqlite_ledger::read(const std::string& operation) {
  operation_state out;
  load_series(*db_, operation, out);
  load_windows(*db_, operation, out);
  load_names(*db_, operation, out);
  return out;
}

// Read and erased in one transaction, which writes nothing where there is nothing to erase.
std::expected<taken, ledger_error> sqlite_ledger::take_up(const taking& what) {
  taken out;
  db_->rollback();
  db_->execute("BEGIN");
  for (const auto& [operation, people] : what.operations) {
    out.operations.insert_or_assign(operation, take_up(operation, people, out));
  }
  if (what.others) {
    for (const std::string& operation : operations_in(*db_)) {
      if (!out.operations.contains(operation) && !what.going_on.contains(operation)) {
        take_up(operation, what.others, out);
      }
    }
  }
  if (auto kept = db_->commit(); !kept) {
    return std::unexpected(std::move(kept.error()));
  }
  if (!out.erased.empty()) {
    left_.erased();
  }
  left_.wipe(*db_);
  return out;
}

operation_state sqlite_ledger::take_up(const std::string& operation,
                                       const std::optional<people_rule>& people, taken& out) {
  auto state = read(operation);
  if (!people || db_->failed()) {
    return state;
  }
  auto erased = erase_people(std::move(state), *people);
  keep(operation, erased);
  const bool is_more_erased = erase_people_of_later_families(*db_, operation, *people);
  if (erased.any() || is_more_erased) {
    out.erased.push_back(operation);
  }
  return std::move(erased.kept);
}

void sqlite_ledger::keep(const std::string& operation, const erasure& erased) {
  if (erased.names) {
    replace_names(*db_, operation_id(operation), erased.kept.names);
  }
  for (const auto& [name, changed] : erased.changed) {
    const auto owner = collector_id(operation, name);
    replace_series(*db_, owner, changed);
    if (changed.names) {
      replace_shown_names(*db_, owner, erased.kept.collectors.find(name)->second.names);
    }
  }
}

std::expected<settled, ledger_error> sqlite_ledger::settle(const settlement& window) {
  db_->begin();
  sqlite_state state(*db_, collector_id(window.operation, window.collector), window);
  auto changes = count(window, state);
  if (!changes) {
    db_->fail(kind::failed, changes.error());
  } else {
    state.keep(*changes);
  }
  if (auto kept = db_->commit(); !kept) {
    return std::unexpected(std::move(kept.error()));
  }
  left_.wipe(*db_);
  return std::move(changes->result);
}

std::expected<void, ledger_error> sqlite_ledger::mark_shown(const std::string& operation,
                                                            const std::string& collector,
                                                            const std::vector<series_key>& keys) {
  db_->begin();
  const auto owner = collector_id(operation, collector);
  {
    auto update = db_->prepare("UPDATE series SET shown = 1 WHERE collector = ? AND key = ?");
    for (const series_key& key : keys) {
      update_series(owner, key, update);
    }
  }
  return db_->commit();
}

// Runs an update whose last parameters are the collector and the series' key.
void sqlite_ledger::update_series(std::int64_t owner, const series_key& key, statement& update) {
  const std::string text = to_text(key);
  update << owner << std::string_view(text);
  update.run();
  if (!db_->failed() && db_->changes() == 0) {
    db_->fail(kind::failed,
              fmt::format("a series of {} was never settled", describe(key.family).name));
  }
}

std::expected<void, ledger_error> sqlite_ledger::rename(const std::string& operation,
                                                        const std::string& collector,
                                                        const renaming& change) {
  db_->begin();
  const auto owner = collector_id(operation, collector);
  show_names(*db_, operation_id(operation), owner, change.names);
  rebase(owner, change.series, presence::on_pages);
  return db_->commit();
}

// To Prometheus they are other series from now on, which begin where they stand.
void sqlite_ledger::rebase(std::int64_t owner, const std::vector<series_stand>& series,
                           presence then) {
  auto update = db_->prepare(
      "UPDATE series SET shown = 0, started = 0, retired = ?, base = ?, base_buckets = ?,"
      " base_native = ? WHERE collector = ? AND key = ?");
  for (const auto& [key, stand] : series) {
    const auto buckets = packed(stand.buckets);
    const auto native = packed(native_column(stand.buckets, stand.native));
    update << std::int64_t{then == presence::retired} << stand.total.micros() << std::span(buckets)
           << std::span(native);
    update_series(owner, key, update);
  }
}

std::expected<void, ledger_error> sqlite_ledger::retire(const std::string& operation,
                                                        const std::string& collector,
                                                        const std::vector<series_stand>& left) {
  db_->begin();
  rebase(collector_id(operation, collector), left, presence::retired);
  return db_->commit();
}

std::expected<void, ledger_error> sqlite_ledger::remember_names(const std::string& operation,
                                                                const name_directory& names) {
  db_->begin();
  replace_names(*db_, operation_id(operation), names);
  return db_->commit();
}

std::expected<void, ledger_error> sqlite_ledger::remember_zone(const std::string& operation,
                                                               const std::string& zone) {
  db_->begin();
  auto write = db_->prepare("UPDATE operations SET zone = ? WHERE id = ?");
  write << std::string_view(zone) << operation_id(operation);
  write.run();
  return db_->commit();
}

std::expected<void, ledger_error> sqlite_ledger::spend(const std::string& operation,
                                                       const std::string& collector,
                                                       const std::string& day,
                                                       std::uint64_t spent) {
  db_->begin();
  const auto spender = collector_id(operation, collector);
  auto add = db_->prepare(
      "INSERT INTO spending (operation, day, collector, requests) VALUES (?, ?, ?, ?)"
      " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests");
  add << operation_id(operation) << std::string_view(day) << spender
      << static_cast<std::int64_t>(spent);
  add.run();
  return db_->commit();
}

std::expected<std::map<std::string, std::uint64_t>, ledger_error> sqlite_ledger::spending(
    const std::string& operation, const std::string& day) {
  std::map<std::string, std::uint64_t> out;
  db_->rollback();
  auto query = db_->prepare(
      "SELECT c.name, s.requests FROM operations o JOIN spending s ON s.operation = o.id"
      " JOIN collectors c ON c.id = s.collector WHERE o.name = ? AND s.day = ?");
  query << std::string_view(operation) << std::string_view(day);
  while (query.row()) {
    out.emplace(query.text(0), static_cast<std::uint64_t>(query.integer(1)));
  }
  if (auto read = db_->outcome(); !read) {
    return std::unexpected(std::move(read.error()));
  }
  return out;
}

std::expected<ledger_facts, ledger_error> sqlite_ledger::facts() {
  ledger_facts all;
  db_->rollback();
  auto query = db_->prepare("SELECT count(*), coalesce(min(nullif(started, 0)), 0) FROM series");
  if (query.row()) {
    all.series = static_cast<std::uint64_t>(query.integer(0));
    if (const auto since = query.integer(1); since != 0) {
      all.since = sys_seconds{std::chrono::seconds{since}};
    }
  }
  all.taken_over = taken_over_;
  auto keys = db_->prepare("SELECT key FROM series");
  while (keys.row()) {
    all.unknown_series += names_known_family(keys.text(0)) ? 0 : 1;
  }
  if (auto read = db_->outcome(); !read) {
    return std::unexpected(std::move(read.error()));
  }
  return all;
}

// Before anything is forgotten: no window is asked again that could show it.
std::expected<void, ledger_error> sqlite_ledger::keep_horizon(const std::string& operation,
                                                              const std::string& collector,
                                                              sys_seconds before) {
  db_->begin();
  const auto owner = collector_id(operation, collector);
  const std::int64_t date = before.time_since_epoch().count();
  auto write = db_->prepare(
      "INSERT INTO horizons (collector, seen_from) VALUES (?, ?)"
      " ON CONFLICT DO UPDATE SET seen_from = max(seen_from, excluded.seen_from)");
  write << owner << date;
  write.run();
  auto remove = db_->prepare("DELETE FROM taken_over WHERE collector = ? AND end < ?");
  remove << owner << date;
  remove.run();
  return db_->commit();
}

// In slices of the identities' range, a transaction each: the log stays small however much is
// forgotten, and a failure between two leaves nothing wrong, only something to forget later.
std::expected<std::uint64_t, ledger_error> sqlite_ledger::prune(const std::string& operation,
                                                                const std::string& collector,
                                                                sys_seconds before) {
  constexpr std::uint64_t slices = 16;
  std::uint64_t forgotten = 0;
  if (auto told = keep_horizon(operation, collector, before); !told) {
    return std::unexpected(std::move(told.error()));
  }
  for (std::uint64_t slice = 0; slice < slices; ++slice) {
    const std::uint64_t width = std::uint64_t{1} << 60;
    const auto first = packed(identity{.high = slice * width, .low = 0});
    const auto last =
        packed(identity{.high = (slice * width) + (width - 1), .low = ~std::uint64_t{0}});
    db_->begin();
    const auto owner = collector_id(operation, collector);
    const std::int64_t date = before.time_since_epoch().count();
    for (const char* sql :
         {"DELETE FROM records WHERE collector = ? AND id BETWEEN ? AND ? AND seen < ?",
          "DELETE FROM marks WHERE (collector, id) IN (SELECT collector, id FROM readings"
          " WHERE collector = ? AND id BETWEEN ? AND ? AND at < ?)",
          "DELETE FROM readings WHERE collector = ? AND id BETWEEN ? AND ? AND at < ?"}) {
      auto remove = db_->prepare(sql);
      remove << owner << std::span<const std::byte>(first) << std::span<const std::byte>(last)
             << date;
      remove.run();
      const bool of_marks = std::string_view(sql).starts_with("DELETE FROM marks");
      forgotten += of_marks || db_->failed() ? 0 : static_cast<std::uint64_t>(db_->changes());
    }
    if (auto kept = db_->commit(); !kept) {
      return std::unexpected(std::move(kept.error()));
    }
  }
  return forgotten;
}

}  // namespace

std::expected<std::unique_ptr<ledger>, ledger_error> open_sqlite_ledger(
    const std::filesystem::path& directory, std::string_view version) {
  if (auto made = make_directory(directory); !made) {
    return std::unexpected(std::move(made.error()));
  }
  auto lock = held_lock::take(directory / "ledger.lock");
  if (!lock) {
    return std::unexpected(std::move(lock.error()));
  }
  if (auto key = hash_key(directory);
      !key) {  // before the file: a ledger never stands without its key
    return std::unexpected(std::move(key.error()));
  }
  const auto file = directory / "ledger.db";
  const auto there = is_there(file);
  if (!there) {
    return std::unexpected(there.error());
  }
  if (!*there) {
    auto made = refuse_lone_log(file);
    made = made ? create_ledger_file(file) : made;
    if (!made) {
      return std::unexpected(std::move(made.error()));
    }
  }
  auto opened = open_ledger_file(file, version);
  if (!opened) {
    return std::unexpected(std::move(opened.error()));
  }
  return std::make_unique<sqlite_ledger>(std::move(*lock), std::move(*opened));
}

}  // namespace wolkvox::metrics
