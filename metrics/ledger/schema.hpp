// The tables of ledger.db and their versions. README.md says what each table promises.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "metrics/ledger/database.hpp"

namespace wolkvox::metrics {

// "wvxl" in the file's header: tells a ledger from any other SQLite file.
inline constexpr std::int32_t ledger_application_id = 0x7776786c;

// The first whose tables know records; before, rows had other identities.
inline constexpr std::int64_t first_with_records = 4;

// The version that this program writes.
int schema_version();

// A log whose file is gone would be replayed into a new one: that it is not there.
std::expected<void, ledger_error> refuse_lone_log(const std::filesystem::path& file);

// Makes a ledger with empty tables; the file appears whole or not at all.
std::expected<void, ledger_error> create_ledger_file(const std::filesystem::path& file);

// Opens a ledger for reading and writing: checks that it is one, that this program knows its
// version and that its pages are sound, then brings older tables up to date and notes the program's
// version. A file that is refused is left byte for byte as it was.
struct opened_ledger {
  std::unique_ptr<database> db;
  std::int64_t version = 0;  // of its tables, before
};
std::expected<opened_ledger, ledger_error> open_ledger_file(const std::filesystem::path& file,
                                                            std::string_view program_version);

}  // namespace wolkvox::metrics
