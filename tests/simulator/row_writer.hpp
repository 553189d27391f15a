// Writes the rows of an answer straight into JSON text, in the platform's usual form or in the odd
// form of a fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulator/faults.hpp"

namespace wolkvox::simulator {

struct written_rows {
  std::string text;  // objects separated by commas
  std::size_t count = 0;
  std::string first;  // the first row alone
};

class row_writer {
 public:
  // Rows past the cap are left out without a word (wolkvox-api.md 3.1).
  row_writer(std::optional<fault_kind> odd, std::size_t cap) : odd_(odd), cap_(cap) {}

  bool full() const { return starts_.size() >= cap_; }
  void begin_row();
  void end_row();

  void text(std::string_view key, std::string_view value);
  void integer(std::string_view key, std::int64_t value);
  void seconds(std::string_view key, std::int64_t value);   // "215"
  void duration(std::string_view key, std::int64_t value);  // "00:03:35"
  void percentage(std::string_view key, std::int64_t part, std::int64_t whole);
  void enumeration(std::string_view key, std::string_view value);
  void personal(std::string_view key, std::string_view value);
  void agent_id(std::string_view id, std::string_view name);

  written_rows take();

 private:
  bool is(fault_kind kind) const { return odd_ == kind; }
  void key(std::string_view name);
  void quoted(std::string_view name, std::string_view value);
  std::string_view row(std::size_t index) const;

  std::optional<fault_kind> odd_;
  std::size_t cap_;
  std::string text_;
  std::vector<std::size_t> starts_;
  bool first_field_ = true;
  std::size_t fields_ = 0;
};

// The whole answer around the rows: code, error, msg, data (wolkvox-api.md 2.1).
std::string envelope(written_rows rows, std::optional<fault_kind> odd, bool usually_bare);

std::string json_escaped(std::string_view text);

}  // namespace wolkvox::simulator
