// The ledger in a SQLite file, ledger.db: what it has answered as settled survives kill -9 and
// power cuts.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <string_view>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// Creates the directory (0700), the hash key and the file (0600) where they are missing. Refused,
// with a message: a directory that another process counts into, a damaged file, a newer schema, a
// log or a key without its counterpart. What is refused is left byte for byte as it was. Reads the
// whole file once to check it. `version`: of this program, for an older one that meets the file.
std::expected<std::unique_ptr<ledger>, ledger_error> open_sqlite_ledger(
    const std::filesystem::path& directory, std::string_view version = {});

// The key of the hash that makes identities: 32 random bytes in `hash.key`, mode 0600, beside
// ledger.db. Made by the first open_sqlite_ledger, under its lock. A key that is lost while
// ledger.db is there is an error: under a new one every row would be new and count again.
using hash_key_bytes = std::array<std::uint8_t, 32>;
std::expected<hash_key_bytes, ledger_error> hash_key(const std::filesystem::path& directory);

}  // namespace wolkvox::metrics
