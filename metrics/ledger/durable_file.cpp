// Files and the lock of durable_file.hpp.
#include "metrics/ledger/durable_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace wolkvox::metrics {
namespace {

class descriptor {
 public:
  explicit descriptor(int number) : number_(number) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::expected<void, ledger_error> sync_directory(const std::filesystem::path& directory) {
  const descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() < 0 || ::fsync(opened.number()) != 0) {
    return std::unexpected(system_error(directory, "cannot be made to last"));
  }
  return {};
}

}  // namespace

ledger_error system_error(const std::filesystem::path& file, std::string_view what) {
  const int cause = errno;
  const bool full = cause == ENOSPC || cause == EDQUOT || cause == EFBIG;
  return {.what = full ? ledger_error::kind::full : ledger_error::kind::failed,
          .detail = fmt::format("{}: {}: {}", file.string(), what,
                                std::generic_category().message(cause))};
}

std::expected<void, ledger_error> make_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  if (std::filesystem::is_directory(directory, failed)) {
    return {};
  }
  const auto parent = directory.parent_path();
  if (!parent.empty() && parent != directory) {
    if (auto made = make_directory(parent); !made) {
      return made;
    }
  }
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return std::unexpected(system_error(directory, "directory cannot be made"));
  }
  return {};
}

std::expected<bool, ledger_error> is_there(const std::filesystem::path& file) {
  struct stat status{};
  if (::lstat(file.c_str(), &status) == 0) {
    return true;
  }
  if (errno != ENOENT) {
    return std::unexpected(system_error(file, "cannot be looked at"));
  }
  return false;
}

std::expected<void, ledger_error> make_file(const std::filesystem::path& file,
                                            std::span<const std::byte> content) {
  const descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made.number() < 0) {
    return std::unexpected(system_error(file, "cannot be made"));
  }
  while (!content.empty()) {
    const auto written = ::write(made.number(), content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      return std::unexpected(system_error(file, "cannot be written"));
    }
    content = content.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
  if (::fsync(made.number()) != 0) {
    return std::unexpected(system_error(file, "cannot be written"));
  }
  return {};
}

std::expected<void, ledger_error> move_into_place(const std::filesystem::path& from,
                                                  const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return std::unexpected(system_error(to, "cannot be put in place"));
  }
  return sync_directory(to.parent_path());
}

std::expected<held_lock, ledger_error> held_lock::take(const std::filesystem::path& file) {
  const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (opened < 0) {
    return std::unexpected(system_error(file, "cannot be opened"));
  }
  held_lock lock(opened);
  if (::flock(opened, LOCK_EX | LOCK_NB) == 0) {
    return lock;
  }
  if (errno != EWOULDBLOCK) {
    return std::unexpected(system_error(file, "cannot be locked"));
  }
  return std::unexpected(ledger_error{
      .what = ledger_error::kind::locked,
      .detail =
          fmt::format("{}: another process counts into this directory; stop it or choose another",
                      file.string())});
}

held_lock::held_lock(held_lock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

held_lock::~held_lock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

}  // namespace wolkvox::metrics
