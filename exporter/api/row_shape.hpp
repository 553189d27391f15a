// What a row looks like without what it says: keys and the shapes of values, for one debug line per
// report, so that a first user can confirm what no document tells (wolkvox-api.md 10). No value can
// be read back from it, nor may a key be one: known columns go by name, others only where they are
// spelled as columns are and stand in every row, else by their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wolkvox::api {

enum class value_kind : std::uint8_t { string, number, boolean, null, nested };

class row_shape {
 public:
  // Of the first row, each key before its value. `known`: it is a column of the report.
  void key(std::string_view key, bool known);
  void value(value_kind kind, std::string_view text);
  // Of the rows behind it: a key that is no column of the report.
  void key_again(std::string_view key);
  void end_row() { ++rows_; }
  // What was taken for the first row is none.
  void begin_again() { *this = {}; }
  // "agent_id=99999 agent_name=a a calls=#99 extra=null column 5=a": digits are 9, words a, JSON
  // numbers marked #.
  std::string text() const;

 private:
  struct column {
    std::string name;  // "" where it can never be shown
    std::string value;
    std::uint64_t rows = 1;  // that had it
    bool known = false;
  };

  std::vector<column> columns_;
  std::size_t length_ = 0;      // of all values and names
  std::uint64_t rows_ = 0;      // whole ones
  std::size_t last_again_ = 0;  // keys of rows come in one order
};

}  // namespace wolkvox::api
