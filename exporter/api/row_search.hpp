// Where rows go on behind one that cannot be read: the end of an object and what may follow it.
// A row's end inside a broken string is mistaken for one at worst; then the search goes on. One
// answer, one search; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace wolkvox::api {

enum class rows_form : std::uint8_t {
  list,   // [{…},{…}]
  keyed,  // {"0":{…},"2":{…}}
};

class row_search {
 public:
  // Where in `piece` the text goes on: at the next row (of keyed rows at its key) or at the end of
  // the rows. Nothing: not in this piece.
  std::optional<std::size_t> find(std::string_view piece, rows_form form);
  void begin_again() { seen_ = seen::nothing; }
  // The brace that ends a row was the last that came.
  void begin_behind_row() { seen_ = seen::brace; }
  // What broke lies between rows: the next beginning of one is right, whatever stands before it.
  void begin_between_rows() {
    seen_ = seen::between;
    has_member_ = false;
  }
  // Rows since the last call that end without having begun: what broke was their first brace.
  std::uint64_t take_headless() { return std::exchange(headless_, 0); }

 private:
  enum class seen : std::uint8_t { nothing, brace, comma, between };
  seen seen_ = seen::nothing;
  bool has_member_ = false;  // of a row that did not begin
  std::uint64_t headless_ = 0;
};

}  // namespace wolkvox::api
