// The values of the row that is being decoded. A value is a view into the piece of the body that is
// being parsed for as long as that lives; what outlives its piece is copied into storage that the
// next rows use again.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/api/field_lookup.hpp"
#include "exporter/api/row.hpp"

namespace wolkvox::api {

// "", " ", "-", "--", "N/A" stand for no value (wolkvox-api.md 4, absent). `text` is trimmed.
bool is_filler(std::string_view text);

class row_buffer {
 public:
  enum class lifetime : std::uint8_t { of_the_piece, of_the_call };

  explicit row_buffer(const report_schema& schema)
      : values_(schema.fields.size()), storage_(schema.fields.size()) {}

  void clear();
  // Of two spellings of one field, the preferred one that has a value wins; of one key twice, the
  // first.
  void put(field_place place, std::string_view text, lifetime how_long);
  // The piece ends and the row does not: copies what still lies in the piece.
  void outlive_piece();
  // A key or a value, of whatever field: part of the row's text.
  void hear(std::string_view text) {
    constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;  // of the golden ratio: spreads the bits
    text_ = std::rotl((text_ ^ std::hash<std::string_view>{}(text)) * odd, 29);
  }
  // Of what may be cut anywhere: the same bytes in other parts are the same text.
  void hear_part(std::string_view part) {
    constexpr std::uint64_t prime = 0x100000001B3;  // FNV-1a
    for (const char c : part) {
      text_ = (text_ ^ static_cast<unsigned char>(c)) * prime;
    }
  }
  row_view view() const { return row_view{values_, text_}; }

 private:
  struct storage_slot {
    std::string copy;
    std::size_t preference = 0;
    bool in_piece = false;
  };

  std::vector<std::optional<std::string_view>> values_;
  std::vector<storage_slot> storage_;
  std::uint64_t text_ = 0;
};

}  // namespace wolkvox::api
