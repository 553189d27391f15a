// Finds the field that a key of a row stands for. Rows of one answer repeat their keys in one
// order, so the key that followed last time is tried first: one comparison a key, whatever the
// schema's size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/api/row.hpp"

namespace wolkvox::api {

// Where a value belongs: the field's index in the schema and how preferred its spelling is (0
// first).
struct field_place {
  static constexpr auto no_field = std::numeric_limits<std::size_t>::max();
  std::size_t field = no_field;
  std::size_t preference = 0;

  bool wanted() const { return field != no_field; }
};

class field_lookup {
 public:
  explicit field_lookup(const report_schema& schema) : schema_(schema), known_(1) {}

  void begin_row() { last_ = 0; }

  field_place find(std::string_view key) {
    const auto next = known_[last_].next;
    if (next != 0 && known_[next].key == key) [[likely]] {
      last_ = next;
      ++known_[next].rows;
      return known_[next].place;
    }
    return find_unpredicted(key);
  }

  // How many rows had the key, written so; 0 of keys beyond those that are remembered.
  std::uint64_t rows_with(std::string_view key) const;

 private:
  struct known_key {
    std::string key;  // as it is written, blanks and all
    field_place place;
    std::size_t next = 0;    // the key that followed it last time; 0 is none
    std::uint64_t rows = 1;  // that had it
  };

  field_place find_unpredicted(std::string_view key);
  field_place find_in_schema(std::string_view key) const;

  report_schema schema_;
  std::vector<known_key> known_;  // [0] stands for the row's beginning
  std::size_t last_ = 0;
};

}  // namespace wolkvox::api
