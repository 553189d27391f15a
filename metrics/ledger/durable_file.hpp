// Files of the ledger's directory beside the database: made for their owner only, in place whole or
// not at all, and the lock that keeps a second process out.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <span>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// The error of a system call that just failed (errno): a full disk is `full`.
ledger_error system_error(const std::filesystem::path& file, std::string_view what);

// mkdir -p; what is made is for its owner only (0700).
std::expected<void, ledger_error> make_directory(const std::filesystem::path& directory);

// Whether the file is there; an error where that cannot be told, so that nothing unseen is written
// over.
std::expected<bool, ledger_error> is_there(const std::filesystem::path& file);

// A new file, mode 0600, with `content`, on the disk when this returns.
std::expected<void, ledger_error> make_file(const std::filesystem::path& file,
                                            std::span<const std::byte> content);

// Renames and makes the name last through a power cut.
std::expected<void, ledger_error> move_into_place(const std::filesystem::path& from,
                                                  const std::filesystem::path& to);

// Holds flock(2) on a file for as long as it lives. The kernel gives the lock up when the process
// ends in any way, kill -9 included, so no stale lock can remain; the file itself stays and means
// nothing.
class held_lock {
 public:
  static std::expected<held_lock, ledger_error> take(const std::filesystem::path& file);
  held_lock(held_lock&& other) noexcept;
  held_lock& operator=(held_lock&&) = delete;
  ~held_lock();

 private:
  explicit held_lock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace wolkvox::metrics
