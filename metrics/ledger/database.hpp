// SQLite as the ledger uses it: a connection whose first failure sticks until the next transaction,
// so that a settlement reads as the steps it takes and is judged once, at its commit. After a
// failure every step is a no-op that finds nothing; nothing of that transaction is kept.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

class database;

// One run of a prepared statement, parameters bound from the first; reset when it goes.
class statement {
 public:
  statement(database& db, sqlite3_stmt* prepared) : db_(&db), prepared_(prepared) {}
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;
  ~statement() { reset(); }

  statement& operator<<(std::int64_t value);
  // Bound without a copy: the memory must live until the statement is reset.
  statement& operator<<(std::string_view text);
  statement& operator<<(std::span<const std::byte> blob);

  bool row();  // a row can be read; false at the end and after a failure
  void run();  // to the end, then ready to be bound again
  void reset();

  std::int64_t integer(int column) const { return sqlite3_column_int64(prepared_, column); }
  std::string_view text(int column) const;
  std::span<const std::byte> blob(int column) const;

 private:
  void judge(int status);

  database* db_;
  sqlite3_stmt* prepared_;
  int bound_ = 0;
};

class database {
 public:
  // Opens an existing file. Closing leaves the file alone until `accept` is called.
  static std::expected<std::unique_ptr<database>, ledger_error> open(
      const std::filesystem::path& file);
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  ~database();

  // From here on closing folds the write-ahead log into the file.
  void accept();

  statement prepare(std::string_view sql);  // kept prepared for the next time
  void execute(const std::string& sql);     // schema and pragmas
  std::int64_t changes() const { return sqlite3_changes64(handle_.get()); }
  std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

  void begin();
  std::expected<void, ledger_error> commit();
  void rollback();

  // Folds the log into the file and leaves nothing in it; false where somebody reads an older
  // state.
  bool cut_log();

  bool failed() const { return failure_.has_value(); }
  // The failure since the last call; forgets it.
  std::expected<void, ledger_error> outcome();
  void fail(ledger_error::kind what, std::string_view detail);

 private:
  friend class statement;
  struct closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct finalizer {
    void operator()(sqlite3_stmt* prepared) const { sqlite3_finalize(prepared); }
  };

  database(sqlite3* handle, std::filesystem::path file) : file_(std::move(file)), handle_(handle) {}
  void note(int status);

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, closer> handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, finalizer>, std::less<>> prepared_;
  std::optional<ledger_error> failure_;
};

}  // namespace wolkvox::metrics
