// What a row looks like without what it says: keys and the shapes of values, for one debug line per
// report, so that a first user can confirm what no document tells (wolkvox-api.md 10). No value can
// be read back from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wolkvox::api {

enum class value_kind : std::uint8_t { string, number, boolean, null, nested };

class row_shape {
 public:
  void key(std::string_view key);
  void value(value_kind kind, std::string_view text);
  // "agent_id=99999 agent_name=a a calls=#99 extra=null": digits are 9, words a, JSON numbers
  // marked #.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace wolkvox::api
