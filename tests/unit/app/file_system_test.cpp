// Which file systems are told to be a network's.
#include "exporter/app/file_system.hpp"

#include <gtest/gtest.h>

namespace wolkvox::app {
namespace {

TEST(file_system, of_a_network_is_known_by_its_number) {
  EXPECT_EQ(network_by_magic(0x6969), "nfs");
  EXPECT_EQ(network_by_magic(0xff534d42), "cifs");
  EXPECT_EQ(network_by_magic(0x01021997), "9p");
  EXPECT_EQ(network_by_magic(0xef53), "") << "ext4";
  EXPECT_EQ(network_by_magic(0x01021994), "") << "tmpfs";
  EXPECT_EQ(network_by_magic(0x9123683e), "") << "btrfs";
}

TEST(file_system, in_user_space_is_known_by_its_mount) {
  constexpr std::string_view mounts =
      "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
      "90 22 0:45 / /srv/with\\040blank rw,nosuid master:3 - fuse.sshfs me@there:/ rw,user_id=0\n"
      "91 22 0:46 / /var/lib/overlay rw - fuse.fuse-overlayfs fuse-overlayfs rw";
  EXPECT_EQ(type_in_mounts(mounts, "8:1"), "ext4");
  EXPECT_EQ(network_by_type(type_in_mounts(mounts, "0:45")), "fuse.sshfs");
  EXPECT_EQ(network_by_type(type_in_mounts(mounts, "0:46")), "");
  EXPECT_EQ(type_in_mounts(mounts, "0:4"), "");
  EXPECT_EQ(type_in_mounts("", "8:1"), "");
  EXPECT_EQ(type_in_mounts("90 22", "8:1"), "");
}

TEST(file_system, of_this_directory_is_none_of_a_network) {
  EXPECT_EQ(network_file_system("/proc"), "");
  EXPECT_EQ(network_file_system("/no/such/place"), "");
}

}  // namespace
}  // namespace wolkvox::app
