// The SQLite connection of database.hpp.
#include "metrics/ledger/database.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace wolkvox::metrics {
namespace {

using kind = ledger_error::kind;

// ENOSPC reaches us as SQLITE_FULL; a quota or a file size limit as a plain I/O error. SQLite 3.40
// forgets the errno of a failing write on its way out, so `cause` is the thread's own, cleared
// before each step.
kind classify(int status, int cause) {
  switch (status & 0xff) {
    case SQLITE_FULL:
      return kind::full;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return kind::unreadable;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return kind::locked;
    case SQLITE_IOERR:
      return cause == EDQUOT || cause == EFBIG ? kind::full : kind::failed;
    default:
      return kind::failed;
  }
}

constexpr std::chrono::milliseconds patience_with_others{2000};

std::string_view advice(kind what) {
  switch (what) {
    case kind::full:
      return "; free space on its disk, counting goes on by itself";
    case kind::unreadable:
      return "; the file is left as it is: restore it from a backup, or move it and "
             "its -wal away to start from zero";
    case kind::locked:
      return "; another program writes to it: end that one";
    case kind::newer_schema:
    case kind::failed:
      break;
  }
  return "";
}

}  // namespace

statement& statement::operator<<(std::int64_t value) {
  judge(sqlite3_bind_int64(prepared_, ++bound_, value));
  return *this;
}

statement& statement::operator<<(std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  judge(sqlite3_bind_text64(prepared_, ++bound_, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

statement& statement::operator<<(std::span<const std::byte> blob) {
  const void* data = blob.empty() ? "" : static_cast<const void*>(blob.data());
  judge(sqlite3_bind_blob64(prepared_, ++bound_, data, blob.size(), SQLITE_STATIC));
  return *this;
}

bool statement::row() {
  if (db_->failed()) {
    return false;
  }
  errno = 0;
  const int status = sqlite3_step(prepared_);
  judge(status);
  return status == SQLITE_ROW;
}

void statement::run() {
  while (row()) {
  }
  reset();
}

void statement::reset() {
  sqlite3_reset(prepared_);  // repeats the status of the last step, which is judged already
  bound_ = 0;
}

std::string_view statement::text(int column) const {
  const auto* data = sqlite3_column_text(prepared_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column));
  return data == nullptr ? std::string_view{}
                         : std::string_view{reinterpret_cast<const char*>(data), size};
}

std::span<const std::byte> statement::blob(int column) const {
  const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(prepared_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(prepared_, column))};
}

void statement::judge(int status) {
  if (status != SQLITE_OK && status != SQLITE_ROW && status != SQLITE_DONE) {
    db_->note(status);
  }
}

std::expected<std::unique_ptr<database>, ledger_error> database::open(
    const std::filesystem::path& file) {
  sqlite3* handle = nullptr;
  const int status =
      sqlite3_open_v2(file.c_str(), &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<database> db(new database(handle, file));
  if (status != SQLITE_OK) {
    db->note(status);
    return std::unexpected(db->outcome().error());
  }
  if (sqlite3_db_readonly(handle, "main") != 0) {  // SQLite falls back to reading without a word
    db->fail(kind::failed, "cannot be written");
    return std::unexpected(db->outcome().error());
  }
  sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  // Who reads beside us (a backup, sqlite3 by hand) stands in nobody's way; who writes, for a
  // moment.
  sqlite3_busy_timeout(handle, static_cast<int>(patience_with_others.count()));
  return db;
}

database::~database() {
  prepared_.clear();  // before the connection: open statements would keep it from closing
}

void database::accept() {
  sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

statement database::prepare(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    if (failed()) {
      return {*this, nullptr};
    }
    sqlite3_stmt* prepared = nullptr;
    const int status = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    if (status != SQLITE_OK) {
      note(status);
      return {*this, nullptr};
    }
    found = prepared_.emplace(std::string(sql), prepared).first;
  }
  return {*this, found->second.get()};
}

void database::execute(const std::string& sql) {
  if (failed()) {
    return;
  }
  errno = 0;
  const int status = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) {
    note(status);
  }
}

void database::begin() {
  rollback();
  execute("BEGIN IMMEDIATE");
}

std::expected<void, ledger_error> database::commit() {
  execute("COMMIT");
  auto result = outcome();
  rollback();
  return result;
}

bool database::cut_log() {
  sqlite3_busy_timeout(handle_.get(), 0);  // a reader may stay for hours
  int in_log = 0;
  const int status = failed()
                         ? SQLITE_ERROR
                         : sqlite3_wal_checkpoint_v2(handle_.get(), "main",
                                                     SQLITE_CHECKPOINT_TRUNCATE, &in_log, nullptr);
  sqlite3_busy_timeout(handle_.get(), static_cast<int>(patience_with_others.count()));
  return status == SQLITE_OK;
}

// SQLite has rolled back by itself after some failures and not after others.
void database::rollback() {
  if (sqlite3_get_autocommit(handle_.get()) == 0) {
    sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  failure_.reset();
}

std::expected<void, ledger_error> database::outcome() {
  if (auto failure = std::exchange(failure_, std::nullopt)) {
    return std::unexpected(std::move(*failure));
  }
  return {};
}

void database::fail(kind what, std::string_view detail) {
  if (!failure_) {
    failure_ = ledger_error{
        .what = what, .detail = fmt::format("{}: {}{}", file_.string(), detail, advice(what))};
  }
}

void database::note(int status) {
  const int cause = (status & 0xff) == SQLITE_IOERR ? errno : 0;
  const char* message = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(status);
  fail(classify(status, cause),
       cause == 0 ? message
                  : fmt::format("{} ({})", message, std::generic_category().message(cause)));
}

}  // namespace wolkvox::metrics
