// Reads a file, but no more of it than a configuration can be.
#include "config/file_text.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace wolkvox::config {
namespace {

// Far above any configuration; keeps a mistaken path (/dev/zero, a log) from filling the memory.
constexpr std::size_t largest_file = 4U << 20U;

}  // namespace

std::expected<std::string, std::string> read_file_text(const std::filesystem::path& file) {
  std::error_code unknown;
  if (std::filesystem::is_directory(file, unknown)) {
    return std::unexpected("cannot be read: it is a directory");
  }
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  if (!input) {
    return std::unexpected("cannot be read: " + std::generic_category().message(errno));
  }
  std::string text(largest_file + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad()) {
    return std::unexpected("cannot be read to its end");
  }
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (text.size() > largest_file) {
    return std::unexpected("is larger than 4 MiB; that is no configuration");
  }
  return text;
}

}  // namespace wolkvox::config
