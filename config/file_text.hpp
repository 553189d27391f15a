// Reads a configuration file as a whole.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace wolkvox::config {

// The error says why not, without the file's name.
std::expected<std::string, std::string> read_file_text(const std::filesystem::path& file);

}  // namespace wolkvox::config
