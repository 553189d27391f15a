// Notices that files were changed or replaced, by what the file system says of them: a few
// microseconds each, so that it may be asked before every request.
#pragma once

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <vector>

namespace wolkvox::web {

class file_watch {
 public:
  // Take it before the files are read.
  explicit file_watch(std::vector<std::filesystem::path> files);

  // Whether they may differ from what was there then. A file changed just before counts as
  // changing still: its time is not fine enough to tell a second change.
  bool changed() const;

 private:
  struct stamp {
    std::uint64_t device = 0, inode = 0;
    std::int64_t size = -1;  // of a file that is not there
    timespec written{}, altered{};
    bool operator==(const stamp& other) const;
  };
  static stamp stamp_of(const std::filesystem::path& file);

  std::vector<std::filesystem::path> files_;
  std::vector<stamp> stamps_;
  bool settled_ = true;
};

}  // namespace wolkvox::web
