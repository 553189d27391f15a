// Labels as both text formats write them, and back: name="value",name="value" with backslash, quote
// and line end escaped, always valid UTF-8.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

// Puts a backslash before each of `special`; a line end becomes \n.
void append_escaped(std::string& out, std::string_view text, std::string_view special);
void append_labels(std::string& out, std::span<const label> labels);

// Reads what append_labels() wrote, label by label.
class label_parser {
 public:
  explicit label_parser(std::string_view labels) : rest_(labels) {}
  // Valid until the next call; nothing at the end.
  std::optional<label> next();

 private:
  std::string_view rest_;
  std::string value_;
};

}  // namespace wolkvox::metrics
