// What kind of file system a path lies on: SQLite's log needs memory that all who have the file
// open share, which no network gives.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace wolkvox::app {

// The network file system of a path, by name; "" where it is none, or cannot be told.
std::string network_file_system(const std::filesystem::path& path);

// By the number that statfs() tells (linux/magic.h); "" where it is none.
std::string_view network_by_magic(std::uint32_t magic);

// By the name that the kernel mounts it under ("nfs4", "fuse.sshfs"); "" where it is none.
std::string_view network_by_type(std::string_view type);

// The type of the file system of a device ("8:1") in the text of /proc/self/mountinfo; "" where it
// is not listed.
std::string_view type_in_mounts(std::string_view mountinfo, std::string_view device);

}  // namespace wolkvox::app
