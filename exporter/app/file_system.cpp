#include "exporter/app/file_system.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>

namespace wolkvox::app {

namespace {

// File systems in user space share one number: what they are, only the mount says.
constexpr std::uint32_t fuse_magic = 0x65735546;

struct known_magic {
  std::uint32_t magic;
  std::string_view name;
};
constexpr std::array magics{
    known_magic{.magic = 0x6969, .name = "nfs"},
    known_magic{.magic = 0xff534d42, .name = "cifs"},
    known_magic{.magic = 0xfe534d42, .name = "smb"},
    known_magic{.magic = 0x517b, .name = "smb"},
    known_magic{.magic = 0x01021997, .name = "9p"},
    known_magic{.magic = 0x00c36400, .name = "ceph"},
    known_magic{.magic = 0x5346414f, .name = "afs"},
    known_magic{.magic = 0x6b414653, .name = "afs"},
    known_magic{.magic = 0x564c, .name = "ncp"},
    known_magic{.magic = 0x73757245, .name = "coda"},
    known_magic{.magic = 0x0bd00bd0, .name = "lustre"},
    known_magic{.magic = 0x47504653, .name = "gpfs"},
    known_magic{.magic = 0x19830326, .name = "beegfs"},
};

constexpr std::array<std::string_view, 12> fuse_over_networks{
    "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone",   "fuse.davfs",    "fuse.curlftpfs",
    "fuse.ceph",  "fuse.cephfs",    "fuse.smb",  "fuse.smbnetfs", "fuse.grpcfuse", "fuse.gcsfuse"};

std::optional<std::string> text_of(const char* file) {
  std::ifstream in(file);
  if (!in) {
    return std::nullopt;
  }
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// The next field of a line, cut off its front.
std::string_view next_field(std::string_view& line) {
  const auto field = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), field.size() + 1));
  return field;
}

}  // namespace

std::string_view network_by_magic(std::uint32_t magic) {
  const auto* const found = std::ranges::find(magics, magic, &known_magic::magic);
  return found == magics.end() ? std::string_view{} : found->name;
}

std::string_view network_by_type(std::string_view type) {
  const auto* const found = std::ranges::find(fuse_over_networks, type);
  return found == fuse_over_networks.end() ? std::string_view{} : *found;
}

// proc(5): "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw"
std::string_view type_in_mounts(std::string_view mountinfo, std::string_view device) {
  while (!mountinfo.empty()) {
    auto line = mountinfo.substr(0, mountinfo.find('\n'));
    mountinfo.remove_prefix(std::min(mountinfo.size(), line.size() + 1));
    next_field(line);
    next_field(line);
    const bool is_of_it = next_field(line) == device;
    const auto separator = line.find(" - ");
    if (is_of_it && separator != std::string_view::npos) {
      line.remove_prefix(separator + 3);
      return next_field(line);
    }
  }
  return {};
}

std::string network_file_system(const std::filesystem::path& path) {
  struct statfs file_system{};
  struct stat status{};
  if (::statfs(path.c_str(), &file_system) != 0 || ::stat(path.c_str(), &status) != 0) {
    return {};
  }
  const auto magic = static_cast<std::uint32_t>(file_system.f_type);
  if (magic != fuse_magic) {
    return std::string{network_by_magic(magic)};
  }
  const auto mounts = text_of("/proc/self/mountinfo");
  const auto device = fmt::format("{}:{}", major(status.st_dev), minor(status.st_dev));
  return std::string{network_by_type(type_in_mounts(mounts.value_or(""), device))};
}

}  // namespace wolkvox::app
