// Numbers as bytes of a BLOB: big-endian, so that identities sort in the file as they do in memory.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metrics/ledger/ledger.hpp"
#include "metrics/ledger/recognition.hpp"

namespace wolkvox::metrics {

inline void pack(std::uint64_t number, std::byte* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    *out++ = static_cast<std::byte>(number >> shift);
  }
}

inline std::uint64_t unpack(const std::byte* in) {
  std::uint64_t number = 0;
  for (int i = 0; i < 8; ++i) {
    number = number << 8 | std::to_integer<std::uint64_t>(in[i]);
  }
  return number;
}

inline std::array<std::byte, 16> packed(const identity& id) {
  std::array<std::byte, 16> out{};
  pack(id.high, out.data());
  pack(id.low, out.data() + 8);
  return out;
}

// Number: 64 bits wide.
template <class Number>
std::vector<std::byte> packed(const std::vector<Number>& numbers) {
  std::vector<std::byte> out(numbers.size() * 8);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    pack(std::bit_cast<std::uint64_t>(numbers[i]), out.data() + (i * 8));
  }
  return out;
}

template <class Number>
std::vector<Number> unpacked(std::span<const std::byte> bytes) {
  std::vector<Number> out(bytes.size() / 8);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = std::bit_cast<Number>(unpack(bytes.data() + (i * 8)));
  }
  return out;
}

// Of a record's rows each: fingerprint, bearer, parts.
inline constexpr std::size_t packed_row_size = 8 + 8;

inline std::vector<std::byte> packed(const std::vector<known_row>& rows) {
  std::vector<std::byte> out(rows.size() * packed_row_size);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::byte* const place = out.data() + (i * packed_row_size);
    pack(rows[i].fingerprint, place);
    pack(std::uint64_t{rows[i].bearer} << 8 | rows[i].parts, place + 8);
  }
  return out;
}

inline std::vector<known_row> unpacked_rows(std::span<const std::byte> bytes) {
  std::vector<known_row> out(bytes.size() / packed_row_size);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::byte* const place = bytes.data() + (i * packed_row_size);
    const std::uint64_t rest = unpack(place + 8);
    out[i] = {.fingerprint = unpack(place),
              .bearer = static_cast<std::uint32_t>(rest >> 8),
              .parts = static_cast<std::uint8_t>(rest)};
  }
  return out;
}

}  // namespace wolkvox::metrics
