// Reads a configuration file, or one that it names, as a whole.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

namespace wolkvox::config {

// Far above any configuration or bundle of certificates; keeps a mistaken path (a log, a disk
// image) from filling the memory.
inline constexpr std::size_t largest_file = 4U << 20U;

// Of a regular file: a pipe would hold up whoever waits for it, a device may have no end. The error
// says why not, without the file's name.
std::expected<std::string, std::string> read_file_text(const std::filesystem::path& file,
                                                       std::size_t most = largest_file);

}  // namespace wolkvox::config
