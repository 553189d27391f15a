// The key that identities are hashed with: made once, read ever after, never written over.
#include <sys/random.h>

#include <bit>
#include <fstream>

#include "metrics/ledger/durable_file.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"

namespace wolkvox::metrics {
namespace {

using kind = ledger_error::kind;

std::expected<hash_key_bytes, ledger_error> read_key(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::array<char, sizeof(hash_key_bytes)> bytes{};
  in.read(bytes.data(), bytes.size());
  if (!in || in.peek() != std::ifstream::traits_type::eof()) {
    return std::unexpected(ledger_error{
        .what = kind::unreadable,
        .detail =
            file.string() + ": not a key of 32 bytes that can be read; restore it from a backup"});
  }
  return std::bit_cast<hash_key_bytes>(bytes);
}

std::expected<hash_key_bytes, ledger_error> make_key(const std::filesystem::path& file) {
  hash_key_bytes key{};
  if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
    return std::unexpected(system_error(file, "no random numbers"));
  }
  auto fresh = file;
  fresh += ".new";
  std::error_code kept;  // then the file cannot be made, which is told
  std::filesystem::remove(fresh, kept);
  if (auto made = make_file(fresh, std::as_bytes(std::span(key))); !made) {
    return std::unexpected(std::move(made.error()));
  }
  if (auto moved = move_into_place(fresh, file); !moved) {
    return std::unexpected(std::move(moved.error()));
  }
  return key;
}

}  // namespace

std::expected<hash_key_bytes, ledger_error> hash_key(const std::filesystem::path& directory) {
  const auto file = directory / "hash.key";
  const auto have_key = is_there(file);
  if (!have_key) {
    return std::unexpected(have_key.error());
  }
  if (*have_key) {
    return read_key(file);
  }
  const auto have_ledger = is_there(directory / "ledger.db");
  if (!have_ledger) {
    return std::unexpected(have_ledger.error());
  }
  if (*have_ledger) {
    return std::unexpected(ledger_error{
        .what = kind::unreadable,
        .detail =
            file.string() +
            ": missing beside ledger.db, whose rows cannot be recognised without it; restore it "
            "from a backup, or move ledger.db away to start from zero"});
  }
  return make_key(file);
}

}  // namespace wolkvox::metrics
