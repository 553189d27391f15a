#include "exporter/api/net/inflater.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

namespace wolkvox::api {

struct inflater::stream {
  stream() {
    constexpr int gzip_only = 15 + 16;  // the largest window; 16 asks for the gzip wrapper
    const int result = inflateInit2(&zlib, gzip_only);
    if (result == Z_MEM_ERROR) {
      throw std::bad_alloc();
    }
    if (result != Z_OK) {
      throw std::runtime_error("zlib does not start: its header and library differ");
    }
  }
  ~stream() { inflateEnd(&zlib); }
  stream(const stream&) = delete;
  stream& operator=(const stream&) = delete;

  z_stream zlib{};
  bool between_members = true;  // a gzip body may be several members one after the other
  bool has_member = false;      // one has ended
  bool over = false;  // what follows the last member is no gzip: passed over, as gzip(1) does
};

inflater::inflater() : stream_(std::make_unique<stream>()) {}
inflater::~inflater() = default;
inflater::inflater(inflater&&) noexcept = default;
inflater& inflater::operator=(inflater&&) noexcept = default;

std::expected<std::size_t, std::string> inflater::inflate(std::string_view& input,
                                                          std::span<char> room) {
  auto& zlib = stream_->zlib;
  constexpr std::size_t most = std::numeric_limits<uInt>::max();
  zlib.next_out = reinterpret_cast<Bytef*>(room.data());
  zlib.avail_out = static_cast<uInt>(std::min(room.size(), most));
  const auto offered = zlib.avail_out;
  while (zlib.avail_out > 0) {
    if (stream_->over) {
      input = {};
    }
    if (stream_->between_members) {
      if (input.empty()) {
        break;
      }
      constexpr char first_of_member = '\x1f';
      if (stream_->has_member && input.front() != first_of_member) {
        stream_->over = true;
        continue;
      }
      inflateReset(&zlib);
      stream_->between_members = false;
    }
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    zlib.avail_in = static_cast<uInt>(std::min(input.size(), most));
    const auto before = zlib.avail_in;
    const int result = ::inflate(&zlib, Z_NO_FLUSH);
    input.remove_prefix(before - zlib.avail_in);
    if (result == Z_STREAM_END) {
      stream_->between_members = true;
      stream_->has_member = true;
      continue;
    }
    if (result == Z_DATA_ERROR && stream_->has_member && zlib.total_out == 0) {
      stream_->over = true;
      stream_->between_members = true;
      continue;
    }
    if (result == Z_BUF_ERROR) {
      break;  // no error: it needs more input
    }
    if (result != Z_OK) {
      return std::unexpected(zlib.msg != nullptr ? zlib.msg : "gzip data is damaged");
    }
  }
  return offered - zlib.avail_out;
}

bool inflater::complete() const {
  // A member of which nothing came out is none: bytes behind the last one that look like a
  // beginning.
  return stream_->between_members || (stream_->has_member && stream_->zlib.total_out == 0);
}

}  // namespace wolkvox::api
