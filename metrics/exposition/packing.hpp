// Compression for the wire.
//
// gzip in parts that can be joined: each is packed by itself, kept, and any sequence of parts
// becomes one body. Parts are runs of byte-aligned DEFLATE blocks and a body is one member around
// them; its checksum is combined from the parts'. Joined members (RFC 1952, 2.2) would be simpler,
// but curl 7.88 --compressed stops with an error after the first. zstd has nothing of the kind, and
// readers stop after the first of several frames (RFC 8878, 3.1): a body is packed whole.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wolkvox::metrics {

// What a gzip member's end says of what was packed.
struct packed_sum {
  std::uint32_t crc = 0;
  std::uint64_t size = 0;

  // That of both, one after the other.
  void append(const packed_sum& next);
};

struct packed {
  std::string bytes;
  packed_sum sum;
};

// `small_and_soon` is for what one scrape needs: a few hundred bytes, packed in a microsecond.
enum class pack_effort : std::uint8_t { usual, small_and_soon };

packed pack_gzip_part(std::span<const std::string_view> pieces,
                      pack_effort effort = pack_effort::usual);
// What a gzip body is besides its parts.
std::string_view gzip_head();
std::string gzip_tail(const packed_sum& of_all);

// One frame.
std::string pack_zstd(std::span<const std::string_view> pieces);

}  // namespace wolkvox::metrics
