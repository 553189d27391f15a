// ISA-L for gzip: 24 MB of exposition take its level 1 19 ms, at a ratio of 7.9; libdeflate's level
// 1 46 ms, at 8.0; zlib's 138 ms, at 7.5. zlib combines checksums.
#include "metrics/exposition/packing.hpp"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <stdexcept>

namespace wolkvox::metrics {

namespace {

constexpr std::uint32_t gzip_level = 1;
constexpr int zstd_level = 1;

std::uint8_t* bytes_of(char* text) {
  return reinterpret_cast<std::uint8_t*>(text);
}
// The library does not write to its input, but does not say so.
std::uint8_t* bytes_of(std::string_view text) {
  return bytes_of(const_cast<char*>(text.data()));
}

void resize_without_clearing(std::string& bytes, std::size_t size) {
  bytes.resize_and_overwrite(size, [](char*, std::size_t all) { return all; });
}

// Doubles a string's size and keeps what it held.
void grow(std::string& out) {
  resize_without_clearing(out, std::max(out.size() * 2, std::size_t{4096}));
}

// The library's state is large: kept for the next part that this thread packs.
struct gzip_state {
  isal_zstream stream;
  std::string work;
};

isal_zstream& start_gzip(std::uint32_t level) {
  thread_local const auto kept = std::make_unique<gzip_state>();
  auto& [stream, work] = *kept;
  isal_deflate_init(&stream);
  stream.gzip_flag = IGZIP_DEFLATE;
  stream.level = level;
  if (level == gzip_level) {
    resize_without_clearing(work, ISAL_DEF_LVL1_DEFAULT);
    stream.level_buf = bytes_of(work.data());
    stream.level_buf_size = static_cast<std::uint32_t>(work.size());
  }
  return stream;
}

void check_zstd(std::size_t code) {
  if (ZSTD_isError(code) != 0) {
    throw std::runtime_error{std::string{"zstd: "} + ZSTD_getErrorName(code)};
  }
}

ZSTD_CCtx* start_zstd(std::span<const std::string_view> pieces) {
  thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> kept{ZSTD_createCCtx(),
                                                                               ZSTD_freeCCtx};
  std::uint64_t size = 0;
  for (const auto piece : pieces) {
    size += piece.size();
  }
  check_zstd(ZSTD_CCtx_reset(kept.get(), ZSTD_reset_session_and_parameters));
  check_zstd(ZSTD_CCtx_setParameter(kept.get(), ZSTD_c_compressionLevel, zstd_level));
  check_zstd(ZSTD_CCtx_setPledgedSrcSize(kept.get(), size));
  return kept.get();
}

void append_little_endian(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(static_cast<std::uint8_t>(value >> shift));
  }
}

}  // namespace

void packed_sum::append(const packed_sum& next) {
  crc = static_cast<std::uint32_t>(crc32_combine(crc, next.crc, static_cast<z_off_t>(next.size)));
  size += next.size;
}

// Ends on a byte, by an empty stored block, and refers to nothing before itself.
packed pack_gzip_part(std::span<const std::string_view> pieces, pack_effort effort) {
  auto& stream = start_gzip(effort == pack_effort::usual ? gzip_level : 0);
  packed part;
  std::size_t written = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto piece = pieces[i];
    part.sum.crc = crc32_gzip_refl(part.sum.crc, bytes_of(piece), piece.size());
    part.sum.size += piece.size();
    stream.next_in = bytes_of(piece);
    stream.avail_in = static_cast<std::uint32_t>(piece.size());
    stream.flush = i + 1 == pieces.size() ? FULL_FLUSH : NO_FLUSH;
    do {
      if (part.bytes.size() - written < 1024) {
        grow(part.bytes);
      }
      stream.next_out = bytes_of(part.bytes.data() + written);
      stream.avail_out = static_cast<std::uint32_t>(part.bytes.size() - written);
      if (const int problem = isal_deflate(&stream); problem != COMP_OK) {
        throw std::runtime_error{"isal_deflate: error " + std::to_string(problem)};
      }
      written = part.bytes.size() - stream.avail_out;
    } while (stream.avail_in > 0 || stream.avail_out == 0);
  }
  part.bytes.erase(written);
  part.bytes.shrink_to_fit();
  return part;
}

std::string pack_zstd(std::span<const std::string_view> pieces) {
  constexpr std::array nothing{std::string_view{}};  // is a frame too
  if (pieces.empty()) {
    pieces = nothing;
  }
  auto* const context = start_zstd(pieces);
  std::string frame;
  std::size_t written = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ZSTD_inBuffer in{.src = pieces[i].data(), .size = pieces[i].size(), .pos = 0};
    const bool is_last = i + 1 == pieces.size();
    bool is_done = false;
    while (!is_done) {
      if (frame.size() - written < 1024) {
        grow(frame);
      }
      ZSTD_outBuffer out{.dst = frame.data(), .size = frame.size(), .pos = written};
      const auto left =
          ZSTD_compressStream2(context, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
      check_zstd(left);
      written = out.pos;
      is_done = is_last ? left == 0 : in.pos == in.size;
    }
  }
  frame.erase(written);
  frame.shrink_to_fit();
  return frame;
}

std::string_view gzip_head() {
  // RFC 1952, 2.3: no name, no time, fastest, of no particular system.
  return {"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff", 10};
}

std::string gzip_tail(const packed_sum& of_all) {
  std::string tail("\x03\x00", 2);  // an empty last block
  append_little_endian(tail, of_all.crc);
  // Modulo 2^32, as RFC 1952 has it.
  append_little_endian(tail, static_cast<std::uint32_t>(of_all.size));
  return tail;
}

}  // namespace wolkvox::metrics
