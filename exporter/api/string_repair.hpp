// Makes the strings of a JSON text readable before it is parsed: one comment cut inside a character
// must not stop a report. Raw control characters become blanks, a lone surrogate U+FFFD, the
// backslash of an escape that JSON does not know a backslash. What is well-formed passes unchanged
// and uncopied. One answer, one repair; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wolkvox::api {

class string_repair {
 public:
  struct step {
    std::string_view text;   // to be parsed; valid until the next call
    std::size_t taken = 0;   // so many bytes of the piece are dealt with
    bool as_written = true;  // `text` is the front of the piece
  };

  // Of a piece that is not empty. An escape that the piece's end cuts is held until the next one.
  step next(std::string_view piece);
  // What is still held when nothing more comes.
  std::string_view rest() const { return held_; }
  // The text goes on outside of any string.
  void begin_again();

 private:
  step decide_held(std::string_view piece);

  std::string held_;  // an escape whose end has not come
  std::string out_;
  bool in_string_ = false;
};

}  // namespace wolkvox::api
