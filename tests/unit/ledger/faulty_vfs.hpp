// A SQLite file system that fails, tears or dies at a chosen write, for tests of what survives.
// Installed as the default for as long as it lives; everything else goes to the real one.
#pragma once

#include <sqlite3.h>

#include <optional>

namespace wolkvox::metrics {

enum class disk_fault { full, torn_write, io_error, killed };

class faulty_vfs {
 public:
  faulty_vfs();
  faulty_vfs(const faulty_vfs&) = delete;
  faulty_vfs& operator=(const faulty_vfs&) = delete;
  ~faulty_vfs();

  // The n-th write or sync from now on (from 0) goes wrong, and all after it until `heal`.
  void fail_from(int step, disk_fault how);
  void heal();
  bool has_failed() const;
  // Files open for reading only, as on a read-only disk.
  void read_only(bool on);
};

}  // namespace wolkvox::metrics
