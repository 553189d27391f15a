// One row of a report while it is being decoded: the raw texts of the fields that a report knows.
// Rows never become a document tree; a row_view lives until the callback that received it returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wolkvox::api {

// The accepted spellings of one field, preferred first; compared after trimming and without regard
// to case (wolkvox-api.md 7).
enum class column_need : std::uint8_t {
  none,         // the report says something without it
  always,       // rows without it are none of the report's: it has another name now
  alternative,  // of all that are marked so, one at least
};

struct field {
  std::span<const std::string_view> spellings;
  column_need need = column_need::none;
};

// The fields of one report, 64 at most; a field is known by its index here.
struct report_schema {
  std::span<const field> fields;
  // Its rows come as a bare list, which has no room for a code: an empty one says "no rows".
  bool may_be_bare = false;
};

class row_view {
 public:
  explicit row_view(std::span<const std::optional<std::string_view>> values, std::uint64_t text = 0)
      : values_(values), text_(text) {}

  // The field's text, clean (clean_text.hpp); the first kilobyte of a longer one. Numbers and
  // booleans come as they were written. Nothing when the field is missing, null or one of the
  // platform's fillers
  // ("", " ", "-", "--", "N/A": wolkvox-api.md 4, absent).
  std::optional<std::string_view> operator[](std::size_t field) const { return values_[field]; }
  // A hash over all keys and values of the row, those of no field too: equal rows of one answer
  // have equal ones. For this process's memory alone.
  std::uint64_t text() const { return text_; }

 private:
  std::span<const std::optional<std::string_view>> values_;
  std::uint64_t text_;
};

class row_consumer {
 public:
  row_consumer() = default;
  row_consumer(const row_consumer&) = delete;
  row_consumer& operator=(const row_consumer&) = delete;
  virtual ~row_consumer() = default;
  // Called on a pool thread, once per row, in the order of the answer.
  virtual void row(const row_view& row) = 0;
};

}  // namespace wolkvox::api
