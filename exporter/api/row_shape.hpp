// What a row looks like without what it says: keys and the shapes of values, for one debug line per
// report, so that a first user can confirm what no document tells (wolkvox-api.md 10). No value can
// be read back from it, nor may a key be one: known columns go by name, others only where they are
// spelled as columns are and stand in every row, else by their number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
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
  // What was taken for the first row is none.
  void begin_again() { *this = {}; }
  // "agent_id=99999 agent_name=a a calls=#99 extra=null column 5=a": digits are 9, words a, JSON
  // numbers marked #.
  // `everywhere`: whether every row had the key.
  std::string text(const std::function<bool(std::string_view key)>& everywhere) const;

 private:
  struct column {
    std::string name;  // "" where it can never be shown
    std::string value;
    bool known = false;
  };

  std::vector<column> columns_;
  std::size_t length_ = 0;  // of all values and names
};

}  // namespace wolkvox::api
