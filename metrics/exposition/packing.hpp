// Compression for the wire, in parts that can be joined: each part is packed by itself, kept, and
// any sequence of parts becomes one body.
//
// gzip: parts are runs of byte-aligned DEFLATE blocks and a body is one member around them; its
// checksum is combined from the parts'. Joined members (RFC 1952, 2.2) would be simpler, but curl
// 7.88 --compressed stops with an error after the first. zstd: parts are frames (RFC 8878, 3.1).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "metrics/exposition/form.hpp"

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
  packed_sum sum;  // gzip only
};

// `small_and_soon` is for what one scrape needs: a few hundred bytes, packed in a microsecond.
enum class pack_effort : std::uint8_t { usual, small_and_soon };

// `how` is not identity.
packed pack(encoding how, std::span<const std::string_view> pieces,
            pack_effort effort = pack_effort::usual);

// What a body is besides its parts: gzip has a head and a tail, zstd neither.
std::string_view packed_head(encoding how);
std::string packed_tail(encoding how, const packed_sum& of_all);

}  // namespace wolkvox::metrics
