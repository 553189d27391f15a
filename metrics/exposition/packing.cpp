// ISA-L for gzip: 24 MB of exposition take its level 1 19 ms, at a ratio of 7.9; libdeflate's level
// 1 46 ms, at 8.0; zlib's 138 ms, at 7.5. zlib combines checksums.
#include "metrics/exposition/packing.hpp"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <stdexcept>

namespace wolkvox::metrics {

namespace {

constexpr int gzip_level = 1;
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
  resize_without_clearing(out, std::max(out.size() * 2, std::size_t{16384}));
}

// Ends on a byte, by an empty stored block, and refers to nothing before itself.
packed pack_gzip(std::span<const std::string_view> pieces) {
  std::string work;
  resize_without_clearing(work, ISAL_DEF_LVL1_DEFAULT);
  const auto stream = std::make_unique<isal_zstream>();
  isal_deflate_init(stream.get());
  stream->level = gzip_level;
  stream->level_buf = bytes_of(work.data());
  stream->level_buf_size = static_cast<std::uint32_t>(work.size());
  stream->gzip_flag = IGZIP_DEFLATE;
  packed part;
  std::size_t written = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto piece = pieces[i];
    part.crc = crc32_gzip_refl(part.crc, bytes_of(piece), piece.size());
    part.size += piece.size();
    stream->next_in = bytes_of(piece);
    stream->avail_in = static_cast<std::uint32_t>(piece.size());
    stream->flush = i + 1 == pieces.size() ? FULL_FLUSH : NO_FLUSH;
    do {
      if (part.bytes.size() - written < 1024) {
        grow(part.bytes);
      }
      stream->next_out = bytes_of(part.bytes.data() + written);
      stream->avail_out = static_cast<std::uint32_t>(part.bytes.size() - written);
      if (const int problem = isal_deflate(stream.get()); problem != COMP_OK) {
        throw std::runtime_error{"isal_deflate: error " + std::to_string(problem)};
      }
      written = part.bytes.size() - stream->avail_out;
    } while (stream->avail_in > 0 || stream->avail_out == 0);
  }
  part.bytes.resize(written);
  part.bytes.shrink_to_fit();
  return part;
}

void check_zstd(std::size_t code) {
  if (ZSTD_isError(code) != 0) {
    throw std::runtime_error{std::string{"zstd: "} + ZSTD_getErrorName(code)};
  }
}

packed pack_zstd(std::span<const std::string_view> pieces) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context{ZSTD_createCCtx(),
                                                                     ZSTD_freeCCtx};
  packed part;
  for (const auto piece : pieces) {
    part.size += piece.size();
  }
  check_zstd(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, zstd_level));
  check_zstd(ZSTD_CCtx_setPledgedSrcSize(context.get(), part.size));
  std::size_t written = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ZSTD_inBuffer in{.src = pieces[i].data(), .size = pieces[i].size(), .pos = 0};
    const bool is_last = i + 1 == pieces.size();
    bool is_done = false;
    while (!is_done) {
      if (part.bytes.size() - written < 1024) {
        grow(part.bytes);
      }
      ZSTD_outBuffer out{.dst = part.bytes.data(), .size = part.bytes.size(), .pos = written};
      const auto left =
          ZSTD_compressStream2(context.get(), &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
      check_zstd(left);
      written = out.pos;
      is_done = is_last ? left == 0 : in.pos == in.size;
    }
  }
  part.bytes.resize(written);
  part.bytes.shrink_to_fit();
  return part;
}

void append_little_endian(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(static_cast<std::uint8_t>(value >> shift));
  }
}

}  // namespace

packed pack(encoding how, std::span<const std::string_view> pieces) {
  return how == encoding::gzip ? pack_gzip(pieces) : pack_zstd(pieces);
}

void packed_frame::add(const packed& part) {
  if (how_ == encoding::gzip) {
    crc_ =
        static_cast<std::uint32_t>(crc32_combine(crc_, part.crc, static_cast<z_off_t>(part.size)));
    size_ += part.size;
  }
}

std::string_view packed_frame::head() const {
  // RFC 1952, 2.3: no name, no time, fastest, of no particular system.
  constexpr std::string_view gzip_head{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff", 10};
  return how_ == encoding::gzip ? gzip_head : std::string_view{};
}

std::string packed_frame::tail() const {
  std::string tail;
  if (how_ == encoding::gzip) {
    tail.append("\x03\x00", 2);  // an empty last block
    append_little_endian(tail, crc_);
    append_little_endian(tail,
                         static_cast<std::uint32_t>(size_));  // modulo 2^32, as RFC 1952 has it
  }
  return tail;
}

}  // namespace wolkvox::metrics
