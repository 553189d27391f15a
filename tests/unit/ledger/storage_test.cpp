// The ledger's files: who may read them, who is kept out, and that a file which is refused stays as
// it was.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "faulty_vfs.hpp"
#include "metrics/ledger/schema.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"
#include "windows.hpp"

namespace wolkvox::metrics {
namespace {

namespace fs = std::filesystem;
using kind = ledger_error::kind;

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// All but an empty log and its index: SQLite leaves them behind where it only looked.
std::map<std::string, std::string> all_files(const fs::path& directory) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const auto name = entry.path().filename().string();
    const bool is_empty_log = name.ends_with("-wal") && entry.file_size() == 0;
    if (!is_empty_log && !name.ends_with("-shm")) {
      out.emplace(name, content(entry.path()));
    }
  }
  return out;
}

void sql(const fs::path& file, const std::string& text) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, text.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

unsigned mode(const fs::path& file) {
  struct stat status{};
  ::stat(file.c_str(), &status);
  return status.st_mode & 07777U;
}

class ledger_files : public testing::Test {
 private:
  temporary_directory root_;

 protected:
  const fs::path directory_ = root_.path() / "nested" / "data";
  const fs::path file_ = directory_ / "ledger.db";

  auto open() { return open_sqlite_ledger(directory_); }
  // A ledger with rows enough for many pages.
  void fill() {
    const auto made = open();
    ASSERT_TRUE(made) << made.error().detail;
    window answer;
    for (std::uint64_t id = 0; id < 3000; ++id) {
      answer.call(id, id);
    }
    ASSERT_TRUE((*made)->settle(answer));
  }
  void expect_refused_untouched(kind what, std::string_view message) {
    const auto before = all_files(directory_);
    const auto refused = open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, what) << refused.error().detail;
    EXPECT_TRUE(refused.error().detail.contains(message)) << refused.error().detail;
    EXPECT_TRUE(refused.error().detail.contains(directory_.string())) << refused.error().detail;
    EXPECT_TRUE(all_files(directory_) == before);
  }
};

TEST_F(ledger_files, are_for_their_owner_only) {
  const auto ledger = open();
  ASSERT_TRUE(ledger) << ledger.error().detail;
  ASSERT_TRUE((*ledger)->settle(window().call(1, 1)));
  EXPECT_EQ(mode(directory_), 0700U);
  EXPECT_EQ(mode(directory_.parent_path()), 0700U);
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    EXPECT_EQ(mode(entry.path()), 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 5U) << "ledger.db, ledger.db-wal, ledger.db-shm, ledger.lock, hash.key";
}

TEST_F(ledger_files, keep_their_directory_s_own_mode) {
  fs::create_directories(directory_);
  ::chmod(directory_.c_str(), 0750);
  ASSERT_TRUE(open());
  EXPECT_EQ(mode(directory_), 0750U);
}

TEST_F(ledger_files, take_a_relative_directory) {
  fs::create_directories(directory_);
  const auto before = fs::current_path();
  fs::current_path(directory_);
  for (const char* name : {"data", "data/", "./more", "."}) {
    EXPECT_TRUE(open_sqlite_ledger(name)) << name;
  }
  fs::current_path(before);
}

TEST_F(ledger_files, fold_the_log_into_the_file_when_closed) {
  fill();
  EXPECT_FALSE(fs::exists(directory_ / "ledger.db-wal"));
  EXPECT_TRUE(content(file_).starts_with("SQLite format 3"));
}

TEST_F(ledger_files, are_open_to_one_ledger_at_a_time) {
  const auto first = open();
  ASSERT_TRUE(first);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().what, kind::locked);
  EXPECT_TRUE(second.error().detail.contains("ledger.lock")) << second.error().detail;
  EXPECT_TRUE((*first)->settle(window().call(1, 1))) << "the first goes on";
}

TEST_F(ledger_files, are_open_again_after_kill_9) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = open();
    const char opened = held ? 'y' : 'n';
    (void)!::write(ready[1], &opened, 1);
    ::pause();
    ::_exit(0);
  }
  char opened = 0;
  ASSERT_EQ(::read(ready[0], &opened, 1), 1);
  EXPECT_EQ(opened, 'y');
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, kind::locked);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const auto after = open();
  EXPECT_TRUE(after) << after.error().detail;
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(ledger_files, are_opened_and_written_beside_another_program_that_reads) {
  fill();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN; SELECT * FROM series", nullptr, nullptr, nullptr),
            SQLITE_OK);
  {
    const auto book = open();
    ASSERT_TRUE(book) << book.error().detail;
    ASSERT_TRUE((*book)->settle(window().call(3001, 1).seen(100'000)));
    ASSERT_TRUE((*book)->prune("acme", "calls", at(2)));
  }
  {
    const auto again = open();
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ((*again)->settle(window().call(3001, 3001))->rows, 0U);
  }
  EXPECT_EQ(sqlite3_exec(other, "COMMIT; SELECT * FROM series", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(other);
}

TEST_F(ledger_files, are_backed_up_by_another_program_meanwhile) {
  fill();
  const auto book = open();
  ASSERT_TRUE((*book)->settle(window().call(3001, 1)));
  const fs::path copy = directory_ / "copy.db";
  sql(file_, "VACUUM INTO '" + copy.string() + "'");
  ASSERT_TRUE((*book)->settle(window().call(3002, 1)));
  const auto facts = (*book)->facts();
  ASSERT_TRUE(facts);
  fs::create_directories(directory_ / "restored");
  fs::rename(copy, directory_ / "restored" / "ledger.db");
  fs::copy(directory_ / "hash.key", directory_ / "restored" / "hash.key");
  const auto restored = open_sqlite_ledger(directory_ / "restored");
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ((*restored)->facts()->series, facts->series);
  EXPECT_EQ((*restored)->settle(window().call(3001, 1))->rows, 0U) << "it was in";
  EXPECT_EQ((*restored)->settle(window().call(3002, 1))->rows, 1U) << "it came later";
}

TEST_F(ledger_files, say_who_is_in_the_way_of_a_settlement) {
  fill();
  const auto book = open();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto refused = (*book)->settle(window().call(3001, 1));
  sqlite3_close(other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, kind::locked);
  EXPECT_TRUE(refused.error().detail.contains("another program writes")) << refused.error().detail;
  EXPECT_EQ((*book)->settle(window().call(3001, 1))->rows, 1U) << "it goes on by itself";
}

TEST_F(ledger_files, of_a_newer_schema_are_refused_whether_they_tell_who_wrote_them_or_not) {
  const auto known =
      " (schema 99, this one knows " + std::to_string(schema_version()) + "); install ";
  const std::string nobody = "the version that wrote it, or a later one";
  for (const auto& [change, version] :
       {std::pair{"UPDATE writers SET version = '7.8.9'", std::string{"version 7.8.9 or later"}},
        {"DROP TABLE writers", nobody},
        {"DELETE FROM writers", nobody},
        {"ALTER TABLE writers RENAME version TO by", nobody}}) {
    SCOPED_TRACE(change);
    fs::remove_all(directory_);
    fill();
    sql(file_, std::string(change) + "; PRAGMA user_version = 99");
    expect_refused_untouched(kind::newer_schema, "newer exporter" + known + version);
  }
}

const std::string without_schema_4 =
    "ALTER TABLE series DROP COLUMN grown; ALTER TABLE series DROP COLUMN retired;"
    "DROP TABLE former_names; DROP TABLE records; DROP TABLE taken_over; DROP TABLE horizons;"
    "DROP TABLE writers; CREATE TABLE identities (id);";

// Schema 3 did not know when a series last grew.
TEST_F(ledger_files, of_schema_3_take_what_they_hold_for_grown_just_now) {
  fill();
  sql(file_, without_schema_4 + "PRAGMA user_version = 3");
  const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto book = open();
  ASSERT_TRUE(book) << book.error().detail;
  const auto state = (*book)->load("acme").value();
  EXPECT_GE(state.collectors.at("calls").series.at(0).grown, before);
  EXPECT_FALSE(state.collectors.at("calls").series.at(0).retired);
}

// The first answer after the upgrade has those that were counted; dates tell of the others.
TEST_F(ledger_files, of_schema_3_take_undated_rows_of_the_first_answer_for_counted) {
  {
    const auto made = open();
    ASSERT_TRUE(
        (*made)->settle(window().call(1, 1).covered({{.begin = at(500), .end = at(2000)}})));
  }
  sql(file_, without_schema_4 + "PRAGMA user_version = 3");
  const auto book = open();
  ASSERT_TRUE(book) << book.error().detail;
  EXPECT_EQ((*book)->settle(window().call(1, 1, 7, 0).call(2, 1, 7, 1500))->rows, 0U);
  const auto later = (*book)->settle(
      window().call(1, 1, 7, 0).call(3, 1, 7, 0).call(4, 1, 7, 1500).call(5, 1, 7, 2500));
  EXPECT_EQ(later->rows, 2U) << "without a date, and dated later";
}

// Schema 1 knew neither when a series began nor native buckets.
TEST_F(ledger_files, of_schema_1_go_on_with_what_they_hold) {
  {
    const auto made = open();
    ASSERT_TRUE((*made)->settle(window().call(1, 1, 5).call(2, 1, 6).call(3, 1, 99)));
  }
  sql(file_,
      "ALTER TABLE series DROP COLUMN native; ALTER TABLE series DROP COLUMN started;"
      "ALTER TABLE series DROP COLUMN base; ALTER TABLE series DROP COLUMN base_buckets;"
      "ALTER TABLE series DROP COLUMN base_native; DROP TABLE shown_names;" +
          without_schema_4 + "PRAGMA user_version = 1");
  const auto series = [](ledger& book) {
    return book.load("acme").value().collectors["calls"].series;
  };
  const native_buckets from_classic =
      native_from_classic(std::vector<double>{5, 10}, std::vector<std::uint64_t>{1, 1, 1});
  {
    const auto migrated = open();
    ASSERT_TRUE(migrated) << migrated.error().detail;
    const auto before = series(**migrated);
    EXPECT_EQ(before[0].total, quantity::from_count(3));
    EXPECT_EQ(before[1].buckets, (std::vector<std::uint64_t>{1, 1, 1}));
    EXPECT_EQ(before[1].native, from_classic);
    EXPECT_EQ(before[1].started, at(0)) << "not known";
    EXPECT_TRUE((*migrated)->facts().value().taken_over);
    ASSERT_TRUE((*migrated)->settle(window().call(4, 1, 6).settled_at(1000)));
  }
  const auto later = open();
  auto expected = from_classic;
  expected.observe(6);
  EXPECT_EQ(series(**later)[1].native, expected);
  EXPECT_EQ(series(**later)[1].started, at(0)) << "it began before that";
}

TEST_F(ledger_files, whose_buckets_do_not_add_up_are_not_counted_on) {
  const char* const damages[] = {"native = x'0000000000000001'", "native = x'00000000000000'",
                                 "native = zeroblob(8)", "buckets = x'0000000000000001'",
                                 "native = substr(native, 1, 16)"};
  for (const char* damage : damages) {
    SCOPED_TRACE(damage);
    fs::remove_all(directory_);
    fill();
    sql(file_, std::string("UPDATE series SET ") + damage + " WHERE length(bounds) > 0");
    const auto opened = open();
    ASSERT_TRUE(opened);
    const auto loaded = (*opened)->load("acme");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().what, kind::unreadable);
    EXPECT_TRUE(loaded.error().detail.contains("do not add up")) << loaded.error().detail;
    EXPECT_FALSE((*opened)->settle(window().call(9999, 1)));
  }
}

TEST_F(ledger_files, of_schema_2_go_on_under_the_names_that_were_known) {
  fill();
  sql(file_,
      "ALTER TABLE series DROP COLUMN base; ALTER TABLE series DROP COLUMN base_buckets;"
      "ALTER TABLE series DROP COLUMN base_native; DROP TABLE shown_names; INSERT INTO names "
      "VALUES (1, 1, '7', 'Ventas');" +
          without_schema_4 + "PRAGMA user_version = 2");
  const auto book = open();
  ASSERT_TRUE(book) << book.error().detail;
  const auto state = (*book)->load("acme").value();
  EXPECT_TRUE(state.collectors.at("calls").names == state.names);
  EXPECT_EQ(state.names.find(named_thing::skill, "7"), "Ventas");
  EXPECT_EQ(state.collectors.at("calls").series.at(0).base, shown_amount{});
}

TEST_F(ledger_files, of_another_program_are_refused) {
  fill();
  sql(file_, "PRAGMA application_id = 1");
  expect_refused_untouched(kind::unreadable, "not a ledger");
  fs::remove(file_);
  sql(file_, "CREATE TABLE theirs (x)");
  expect_refused_untouched(kind::unreadable, "not a ledger");
}

TEST_F(ledger_files, that_hold_garbage_are_refused) {
  fill();
  const std::string good = content(file_);
  const std::pair<const char*, std::string> damages[] = {
      {"text",
       "this is no database, though it is long enough to be read as one" + std::string(5000, '.')},
      {"empty", ""},
      {"short", good.substr(0, 50)},
      {"cut", good.substr(0, good.size() - 4096)},
      {"zeroes within", good.substr(0, 40960) + std::string(4096, '\0') + good.substr(45056)},
      {"noise within", good.substr(0, 40960) + std::string(4096, '\x5a') + good.substr(45056)},
  };
  for (const auto& [what, bytes] : damages) {
    SCOPED_TRACE(what);
    write(file_, bytes);
    expect_refused_untouched(kind::unreadable, "restore it from a backup");
  }
  write(file_, good);
  EXPECT_TRUE(open()) << "the undamaged file is still one";
}

TEST_F(ledger_files, that_are_damaged_keep_their_log_too) {
  {
    const auto made = open();
    ASSERT_TRUE(made);
    ASSERT_TRUE((*made)->settle(window().call(1, 1)));
    fs::copy(directory_, directory_.parent_path() / "killed");  // as kill -9 would leave it
  }
  fs::remove_all(directory_);
  fs::rename(directory_.parent_path() / "killed", directory_);
  const std::string log = content(directory_ / "ledger.db-wal");
  ASSERT_FALSE(log.empty());
  const std::string good = content(file_);
  write(file_, "garbage" + good.substr(7));
  expect_refused_untouched(kind::unreadable, "");
  write(file_, good);
  const auto sound = open();
  ASSERT_TRUE(sound) << sound.error().detail;
  EXPECT_EQ((*sound)->settle(window().call(1, 1))->rows, 0U) << "the log was read";
}

TEST_F(ledger_files, are_never_made_under_a_log_without_its_file) {
  fill();
  fs::rename(file_, directory_ / "ledger.db-wal");
  fs::remove(directory_ / "hash.key");
  ASSERT_TRUE(hash_key(directory_));
  expect_refused_untouched(kind::unreadable, "ledger.db-wal");
  write(directory_ / "ledger.db-wal", "");
  EXPECT_TRUE(open()) << "an empty log holds nothing";
}

TEST_F(ledger_files, survive_a_creation_that_was_killed) {
  fs::create_directories(directory_);
  write(directory_ / "ledger.db.new", "half a database");
  write(directory_ / "ledger.db.new-wal", "half a log");
  write(directory_ / "ledger.db.new-journal", "half a journal");
  write(directory_ / "hash.key.new", "half a key");
  const auto made = open();
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_TRUE((*made)->settle(window().call(1, 1)));
}

TEST_F(ledger_files, with_a_series_of_an_unknown_family_keep_it) {
  fill();
  sql(file_, "UPDATE series SET key = 'wolkvox_of_tomorrow_total' WHERE bounds = x''");
  const auto ledger = open();
  ASSERT_TRUE(ledger);
  const auto loaded = (*ledger)->load("acme");
  ASSERT_TRUE(loaded) << loaded.error().detail;
  EXPECT_GE((*ledger)->facts().value().unknown_series, 1U);
}

TEST_F(ledger_files, that_may_not_be_written_are_refused) {
  fill();
  faulty_vfs disk;
  disk.read_only(true);
  expect_refused_untouched(kind::failed, "cannot be written");
}

TEST_F(ledger_files, cannot_be_made_where_a_file_is_in_the_way) {
  fs::create_directories(directory_.parent_path());
  write(directory_, "");
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, kind::failed);
  EXPECT_TRUE(refused.error().detail.contains(directory_.string())) << refused.error().detail;
}

TEST_F(ledger_files, come_with_a_key_that_stays) {
  ASSERT_TRUE(open());
  const auto key = hash_key(directory_);
  ASSERT_TRUE(key);
  EXPECT_NE(*key, hash_key_bytes{});
  EXPECT_EQ(mode(directory_ / "hash.key"), 0600U);
  ASSERT_TRUE(open());
  EXPECT_EQ(hash_key(directory_).value(), *key);
  temporary_directory other;
  EXPECT_NE(hash_key(other.path()).value(), *key);
}

TEST_F(ledger_files, are_refused_with_a_key_that_cannot_be_theirs) {
  fill();
  for (const char* bad : {"", "too short", "this one is longer than 32 bytes by far"}) {
    write(directory_ / "hash.key", bad);
    expect_refused_untouched(kind::unreadable, "hash.key");
  }
  fs::remove(directory_ / "hash.key");
  expect_refused_untouched(kind::unreadable, "missing beside ledger.db");
}

TEST(hash_key_file, is_told_where_it_cannot_be_made) {
  const auto refused = hash_key("/proc/no/such/place");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, kind::failed);
}

}  // namespace
}  // namespace wolkvox::metrics
