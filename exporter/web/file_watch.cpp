// Stamps of files.
#include "exporter/web/file_watch.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace wolkvox::web {
namespace {

// Far above the tick of any file system's clock.
constexpr std::chrono::seconds restless{2};

bool same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

bool file_watch::stamp::operator==(const stamp& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         same(written, other.written) && same(altered, other.altered);
}

file_watch::stamp file_watch::stamp_of(const std::filesystem::path& file) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) {
    return {};
  }
  return {.device = facts.st_dev,
          .inode = facts.st_ino,
          .size = facts.st_size,
          .written = facts.st_mtim,
          .altered = facts.st_ctim};
}

file_watch::file_watch(std::vector<std::filesystem::path> files) : files_(std::move(files)) {
  std::ranges::transform(files_, std::back_inserter(stamps_), stamp_of);
  const auto now =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - restless);
  settled_ =
      std::ranges::all_of(stamps_, [now](const stamp& each) { return each.altered.tv_sec < now; });
}

bool file_watch::changed() const {
  return !settled_ || !std::ranges::equal(files_, stamps_, {}, stamp_of);
}

}  // namespace wolkvox::web
