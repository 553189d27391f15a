// Creating, checking and migrating ledger.db.
#include "metrics/ledger/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <tuple>

#include "metrics/ledger/durable_file.hpp"

namespace wolkvox::metrics {
namespace {

using kind = ledger_error::kind;

// Each script brings the schema from its index to the next version; PRAGMA user_version counts
// them. A published script is never edited.
constexpr std::array migrations{
    // 1
    "CREATE TABLE operations (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " zone TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE collectors (id INTEGER PRIMARY KEY, operation INTEGER NOT NULL, name TEXT NOT "
    "NULL,"
    " UNIQUE (operation, name));"
    "CREATE TABLE series (id INTEGER PRIMARY KEY, collector INTEGER NOT NULL, key TEXT NOT NULL,"
    " total INTEGER NOT NULL, shown INTEGER NOT NULL, bounds BLOB NOT NULL, buckets BLOB NOT NULL,"
    " UNIQUE (collector, key));"
    "CREATE TABLE identities (collector INTEGER NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL,"
    " fingerprints BLOB NOT NULL, PRIMARY KEY (collector, id)) WITHOUT ROWID;"
    "CREATE TABLE readings (collector INTEGER NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL,"
    " fingerprint INTEGER NOT NULL, PRIMARY KEY (collector, id)) WITHOUT ROWID;"
    "CREATE TABLE marks (collector INTEGER NOT NULL, id BLOB NOT NULL, family TEXT NOT NULL,"
    " amount INTEGER NOT NULL, PRIMARY KEY (collector, id, family)) WITHOUT ROWID;"
    "CREATE TABLE covered (collector INTEGER NOT NULL, begin INTEGER NOT NULL, end INTEGER NOT "
    "NULL,"
    " PRIMARY KEY (collector, begin)) WITHOUT ROWID;"
    "CREATE TABLE spending (operation INTEGER NOT NULL, day TEXT NOT NULL, collector INTEGER NOT "
    "NULL,"
    " requests INTEGER NOT NULL, PRIMARY KEY (operation, day, collector)) WITHOUT ROWID;"
    "CREATE TABLE names (operation INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,"
    " name TEXT NOT NULL, PRIMARY KEY (operation, kind, id)) WITHOUT ROWID;",
    // 2
    "ALTER TABLE series ADD COLUMN started INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE series ADD COLUMN native BLOB NOT NULL DEFAULT x'';",
    // 3
    "ALTER TABLE series ADD COLUMN base INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE series ADD COLUMN base_buckets BLOB NOT NULL DEFAULT x'';"
    "ALTER TABLE series ADD COLUMN base_native BLOB NOT NULL DEFAULT x'';"
    "CREATE TABLE shown_names (collector INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,"
    " name TEXT NOT NULL, PRIMARY KEY (collector, kind, id)) WITHOUT ROWID;"
    "INSERT INTO shown_names SELECT c.id, n.kind, n.id, n.name"
    " FROM collectors c JOIN names n ON n.operation = c.operation;",
    // 4: rows are known by other identities. Whatever lies in a time that was counted has counted;
    // the first of those times reaches back for ever. Day reports keep theirs.
    "CREATE TABLE records (collector INTEGER NOT NULL, id BLOB NOT NULL, date INTEGER NOT NULL,"
    " seen INTEGER NOT NULL, rows BLOB NOT NULL, PRIMARY KEY (collector, id, date)) WITHOUT ROWID;"
    "CREATE TABLE taken_over (collector INTEGER NOT NULL, begin INTEGER NOT NULL,"
    " end INTEGER NOT NULL, PRIMARY KEY (collector, begin)) WITHOUT ROWID;"
    "INSERT INTO taken_over SELECT collector, CASE WHEN begin = min(begin) OVER (PARTITION BY"
    " collector) THEN -9223372036854775807 ELSE begin END, end FROM covered"
    " WHERE collector NOT IN (SELECT id FROM collectors WHERE name = 'hold_mute');"
    "DROP TABLE identities;"
    "CREATE TABLE horizons (collector INTEGER PRIMARY KEY, seen_from INTEGER NOT NULL);"
    "CREATE TABLE writers (version TEXT NOT NULL);"
    "ALTER TABLE series ADD COLUMN grown INTEGER NOT NULL DEFAULT 0;"
    "UPDATE series SET grown = CAST(strftime('%s', 'now') AS INTEGER);"
    "ALTER TABLE series ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE former_names (operation INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT "
    "NULL,"
    " name TEXT NOT NULL, told INTEGER NOT NULL, PRIMARY KEY (operation, kind, id, name))"
    " WITHOUT ROWID;",
};

std::int64_t pragma(database& db, const char* name) {
  auto query = db.prepare(fmt::format("PRAGMA {}", name));
  return query.row() ? query.integer(0) : 0;
}

void migrate(database& db, std::int64_t from) {
  db.execute("BEGIN IMMEDIATE");
  for (auto version = static_cast<std::size_t>(from); version < migrations.size(); ++version) {
    db.execute(migrations[version]);
  }
  db.execute(fmt::format("PRAGMA user_version = {}", migrations.size()));
  db.execute("COMMIT");
}

// A log that cannot be had (an unfit file system) is answered with the mode in force, not with an
// error.
void keep_log(database& db) {
  auto query = db.prepare("PRAGMA journal_mode = WAL");
  if (query.row() && query.text(0) != "wal") {
    db.fail(kind::failed, "cannot be written with a write-ahead log");
  }
}

// quick_check reads every page: damage must be found before anything is written, not when it is
// met.
void check_pages(database& db) {
  auto query = db.prepare("PRAGMA quick_check(1)");
  if (query.row() && query.text(0) != "ok") {
    db.fail(kind::unreadable, "the file is damaged");
  }
}

// The program that last wrote there. A later schema need not tell: that is no failure.
std::string writer_of(database& db) {
  std::string version;
  {
    auto query = db.prepare("SELECT version FROM writers");
    version = query.row() ? query.text(0) : std::string_view{};
  }
  std::ignore = db.outcome();
  return version.empty() ? "the version that wrote it, or a later one"
                         : fmt::format("version {} or later", version);
}

void note_writer(database& db, std::string_view version) {
  if (auto known = db.prepare("SELECT version FROM writers");
      known.row() && known.text(0) == version) {
    return;
  }
  db.execute("BEGIN IMMEDIATE; DELETE FROM writers");
  {
    auto write = db.prepare("INSERT INTO writers (version) VALUES (?)");
    write << version;
    write.run();
  }
  db.execute("COMMIT");
}

// Erasing writes the file anew by way of a temporary one: beside it, where there is room for a
// ledger and nobody else may read.
void keep_temporary_files(database& db, const std::filesystem::path& directory) {
  auto query = db.prepare("SELECT 'PRAGMA temp_store_directory = ' || quote(?)");
  const std::string place = directory.string();
  query << std::string_view(place);
  if (query.row()) {
    db.execute(std::string(query.text(0)));
  }
}

void check_version(database& db) {
  const auto application = pragma(db, "application_id");
  const auto version = pragma(db, "user_version");
  if (db.failed()) {
    return;
  }
  if (application != ledger_application_id || version < 1) {
    db.fail(kind::unreadable, "not a ledger of this exporter");
  } else if (version > schema_version()) {
    db.fail(kind::newer_schema,
            fmt::format("written by a newer exporter (schema {}, this one knows {}); install {}",
                        version, schema_version(), writer_of(db)));
  }
}

}  // namespace

int schema_version() {
  return static_cast<int>(migrations.size());
}

std::expected<void, ledger_error> create_ledger_file(const std::filesystem::path& file) {
  auto fresh = file;
  fresh += ".new";
  for (const char* leftover : {"", "-journal", "-wal", "-shm"}) {  // of a creation that was killed
    std::error_code kept;  // then the file below cannot be made, which is told
    std::filesystem::remove(fresh.string() + leftover, kept);
  }
  if (auto made = make_file(fresh, {}); !made) {
    return made;
  }
  auto db = database::open(fresh);
  if (!db) {
    return std::unexpected(std::move(db.error()));
  }
  (*db)->execute(fmt::format("PRAGMA application_id = {}", ledger_application_id));
  migrate(**db, 0);
  keep_log(**db);
  (*db)->accept();
  auto written = (*db)->outcome();
  db->reset();
  return written ? move_into_place(fresh, file) : written;
}

std::expected<opened_ledger, ledger_error> open_ledger_file(const std::filesystem::path& file,
                                                            std::string_view program_version) {
  auto opened = database::open(file);
  if (!opened) {
    return std::unexpected(std::move(opened.error()));
  }
  database& db = **opened;
  check_version(db);
  check_pages(db);
  keep_log(db);
  db.execute("PRAGMA synchronous = FULL");
  keep_temporary_files(db, std::filesystem::absolute(file).parent_path());
  db.execute("PRAGMA secure_delete = ON");   // what is erased is not in free pages
  db.execute("PRAGMA cache_size = -16384");  // KiB: the inner pages of millions of identities
  db.execute(
      "PRAGMA journal_size_limit = 67108864");  // the log shrinks again after a large settlement
  const auto version = pragma(db, "user_version");
  if (!db.failed() && version < schema_version()) {
    migrate(db, version);
  }
  note_writer(db, program_version);
  if (auto ready = db.outcome(); !ready) {
    return std::unexpected(std::move(ready.error()));
  }
  db.accept();
  db.cut_log();  // of a process that was killed between erasing and that
  return opened_ledger{.db = std::move(*opened), .version = version};
}

std::expected<void, ledger_error> refuse_lone_log(const std::filesystem::path& file) {
  auto log = file;
  log += "-wal";
  const auto there = is_there(log);
  std::error_code unknown;
  if (there && (!*there || std::filesystem::file_size(log, unknown) == 0)) {
    return {};
  }
  return std::unexpected(
      there ? ledger_error{.what = kind::unreadable,
                           .detail =
                               fmt::format("{}: stands without {}; restore that, or move the log "
                                           "away to start from zero",
                                           log.string(), file.filename().string())}
            : there.error());
}

}  // namespace wolkvox::metrics
