// Reads a file, but no more of it than it can rightly hold.
#include "config/file_text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

namespace wolkvox::config {
namespace {

// What cannot be read as a whole; "" for a file, and for what does not say what it is.
std::string_view other_kind(const std::filesystem::path& file) {
  using std::filesystem::file_type;
  std::error_code unknown;
  switch (std::filesystem::status(file, unknown).type()) {
    case file_type::directory:
      return "a directory";
    case file_type::fifo:
      return "a pipe";
    case file_type::character:
    case file_type::block:
      return "a device";
    case file_type::socket:
      return "a socket";
    default:
      return "";
  }
}

std::string in_words(std::size_t bytes) {
  constexpr std::size_t mebibyte = 1U << 20U;
  return bytes % mebibyte == 0 ? fmt::format("{} MiB", bytes / mebibyte)
                               : fmt::format("{} bytes", bytes);
}

}  // namespace

std::expected<std::string, std::string> read_file_text(const std::filesystem::path& file,
                                                       std::size_t most) {
  if (const auto kind = other_kind(file); !kind.empty()) {
    return std::unexpected(fmt::format("cannot be read: it is {}, not a file", kind));
  }
  errno = 0;
  std::ifstream input(file, std::ios::binary);
  if (!input) {
    return std::unexpected("cannot be read: " + std::generic_category().message(errno));
  }
  std::string text(most + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad()) {
    return std::unexpected("cannot be read to its end");
  }
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (text.size() > most) {
    return std::unexpected(fmt::format("is larger than {}", in_words(most)));
  }
  return text;
}

}  // namespace wolkvox::config
