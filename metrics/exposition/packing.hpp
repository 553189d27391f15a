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

struct packed {
  std::string bytes;
  std::uint32_t crc = 0;   // of what was packed; gzip only
  std::uint64_t size = 0;  // of what was packed
};

// `how` is not identity.
packed pack(encoding how, std::span<const std::string_view> pieces);

// What a body is besides its parts: gzip has a head and a tail, zstd neither.
class packed_frame {
 public:
  explicit packed_frame(encoding how) : how_(how) {}
  void add(const packed& part);

  std::string_view head() const;
  std::string tail() const;

 private:
  encoding how_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace wolkvox::metrics
