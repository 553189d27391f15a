// What a Boost.JSON parser tells about an answer, turned into rows and an envelope
// (wolkvox-api.md 2.1). Knows where in the answer the parser stands; holds one row and, while a
// string is cut by a piece's end, that string.
#pragma once

#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "exporter/api/answer_decoder.hpp"
#include "exporter/api/ascii.hpp"
#include "exporter/api/field_lookup.hpp"
#include "exporter/api/row.hpp"
#include "exporter/api/row_buffer.hpp"
#include "exporter/api/row_shape.hpp"

namespace wolkvox::api {

class answer_handler {
 public:
  using error_code = boost::json::error_code;
  using text_part = boost::json::string_view;

  // Limits that the parser asks for: a lying server must not fill the memory.
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = 1U << 20U;
  static constexpr std::size_t max_key_size = 1U << 16U;

  answer_handler(const report_schema& schema, row_consumer& rows)
      : rows_(rows), lookup_(schema), row_(schema) {}

  void begin_piece(std::string_view piece) { piece_ = piece; }
  void end_piece() {
    if (place_ == place::row) {
      row_.outlive_piece();
    }
    piece_ = {};
  }

  // The whole answer is a text or a number.
  bool is_scalar() const { return scalar_; }
  // An object of which no member is one of an envelope's: some other service's answer.
  bool is_strange_object() const { return strange_members_ > 0 && envelope_members_ == 0; }
  answer_envelope take_envelope() {
    envelope_.shape = shape_.text();
    return std::move(envelope_);
  }

  static bool on_document_begin(error_code& /*unused*/) { return true; }
  static bool on_document_end(error_code& /*unused*/) { return true; }
  bool on_object_begin(error_code& /*unused*/);
  bool on_object_end(std::size_t members, error_code& /*unused*/);
  bool on_array_begin(error_code& /*unused*/);
  bool on_array_end(std::size_t /*size*/, error_code& /*unused*/);

  bool on_key_part(text_part part, std::size_t /*size*/, error_code& /*unused*/) {
    return keep_part(part);
  }
  bool on_key(text_part part, std::size_t /*size*/, error_code& /*unused*/);
  bool on_string_part(text_part part, std::size_t /*size*/, error_code& /*unused*/) {
    return keep_part(part);
  }
  bool on_string(text_part part, std::size_t /*size*/, error_code& ec) {
    return scalar(value_kind::string, part, ec);
  }
  bool on_number_part(text_part part, error_code& ec);
  bool on_int64(std::int64_t /*value*/, text_part part, error_code& ec) {
    return scalar(value_kind::number, part, ec);
  }
  bool on_uint64(std::uint64_t /*value*/, text_part part, error_code& ec) {
    return scalar(value_kind::number, part, ec);
  }
  bool on_double(double /*value*/, text_part part, error_code& ec) {
    return scalar(value_kind::number, part, ec);
  }
  bool on_bool(bool value, error_code& ec) {
    return scalar(value_kind::boolean, value ? "true" : "false", ec);
  }
  bool on_null(error_code& ec) { return scalar(value_kind::null, "", ec); }
  static bool on_comment_part(text_part /*unused*/, error_code& /*unused*/) { return true; }
  static bool on_comment(text_part /*unused*/, error_code& /*unused*/) { return true; }

 private:
  enum class place : std::uint8_t { document, envelope, rows, row };
  enum class member : std::uint8_t { other, code, message, data };

  bool first_row() const { return envelope_.rows == 0; }
  void begin_row(place parent);
  bool keep_part(text_part part);
  bool scalar(value_kind kind, text_part part, error_code& ec);
  void row_value(value_kind kind, std::string_view text);
  void envelope_value(value_kind kind, std::string_view text);
  void envelope_key(std::string_view key);
  void count_if_no_row(value_kind kind, std::string_view text);
  bool lies_in_piece(std::string_view text) const;

  row_consumer& rows_;
  field_lookup lookup_;
  row_buffer row_;
  row_shape shape_;
  answer_envelope envelope_;
  std::string_view piece_;
  std::string parts_;        // of a string, key or number that came in several parts
  std::size_t ignored_ = 0;  // how deep inside a value that is of no use
  std::size_t envelope_members_ = 0;
  std::size_t strange_members_ = 0;
  field_place field_;  // in a row: of the last key
  place place_ = place::document;
  place row_parent_ = place::document;
  place rows_parent_ = place::document;
  member member_ = member::other;
  bool scalar_ = false;
};

inline void answer_handler::begin_row(place parent) {
  row_parent_ = parent;
  place_ = place::row;
  row_.clear();
  lookup_.begin_row();
}

inline bool answer_handler::on_object_begin(error_code& /*unused*/) {
  if (ignored_ > 0) {
    ++ignored_;
    return true;
  }
  switch (place_) {
    case place::document:
      place_ = place::envelope;
      break;
    case place::envelope:
      // `info_server` and `cdr_4`: `data` is one object (wolkvox-api.md 2.1).
      if (member_ == member::data) {
        begin_row(place::envelope);
      } else {
        ++ignored_;
      }
      break;
    case place::rows:
      begin_row(place::rows);
      break;
    case place::row:
      row_value(value_kind::nested, {});
      ++ignored_;
      break;
  }
  return true;
}

inline bool answer_handler::on_object_end(std::size_t members, error_code& /*unused*/) {
  if (ignored_ > 0) {
    --ignored_;
    return true;
  }
  if (place_ != place::row) {
    place_ = place::document;
    return true;
  }
  // `{}` is how PHP writes an empty list of names: no row.
  if (members > 0) {
    ++envelope_.rows;
    rows_.row(row_.view());
  }
  place_ = row_parent_;
  return true;
}

inline bool answer_handler::on_array_begin(error_code& /*unused*/) {
  if (ignored_ > 0) {
    ++ignored_;
    return true;
  }
  switch (place_) {
    case place::document:
      rows_parent_ = place::document;
      place_ = place::rows;
      break;
    case place::envelope:
      if (member_ == member::data) {
        rows_parent_ = place::envelope;
        place_ = place::rows;
      } else {
        ++ignored_;
      }
      break;
    case place::rows:
      ++envelope_.not_rows;
      ++ignored_;
      break;
    case place::row:
      row_value(value_kind::nested, {});
      ++ignored_;
      break;
  }
  return true;
}

inline bool answer_handler::on_array_end(std::size_t /*size*/, error_code& /*unused*/) {
  if (ignored_ > 0) {
    --ignored_;
  } else {
    place_ = rows_parent_;
  }
  return true;
}

inline bool answer_handler::keep_part(text_part part) {
  if (ignored_ == 0) {
    parts_.append(part.data(), part.size());
  }
  return true;
}

// The parser bounds strings itself, numbers it does not.
inline bool answer_handler::on_number_part(text_part part, error_code& ec) {
  if (parts_.size() + part.size() > max_string_size) {
    ec = boost::json::error::string_too_large;
    return false;
  }
  return keep_part(part);
}

inline bool answer_handler::on_key(text_part part, std::size_t /*size*/, error_code& /*unused*/) {
  if (ignored_ > 0) {
    return true;
  }
  std::string_view key{part.data(), part.size()};
  if (!parts_.empty()) {
    parts_ += key;
    key = parts_;
  }
  if (place_ == place::row) {
    field_ = lookup_.find(key);
    if (first_row()) {
      shape_.key(key);
    }
  } else {
    envelope_key(key);
  }
  parts_.clear();
  return true;
}

inline void answer_handler::envelope_key(std::string_view key) {
  key = trim(key);
  if (same_text(key, "code")) {
    member_ = member::code;
  } else if (same_text(key, "msg")) {
    member_ = member::message;
  } else if (same_text(key, "data")) {
    member_ = member::data;
  } else {
    member_ = member::other;
  }
  if (member_ != member::other || same_text(key, "error")) {
    ++envelope_members_;
  } else {
    ++strange_members_;
  }
}

inline bool answer_handler::scalar(value_kind kind, text_part part, error_code& ec) {
  if (ignored_ > 0) {
    return true;
  }
  std::string_view text{part.data(), part.size()};
  if (!parts_.empty()) {
    parts_ += text;
    text = parts_;
  }
  switch (place_) {
    case place::document:
      scalar_ = true;
      ec = boost::json::error::not_object;
      break;
    case place::envelope:
      envelope_value(kind, text);
      break;
    case place::rows:
      count_if_no_row(kind, text);
      break;
    case place::row:
      row_value(kind, text);
      break;
  }
  parts_.clear();
  return !scalar_;
}

inline void answer_handler::row_value(value_kind kind, std::string_view text) {
  if (first_row()) {
    shape_.value(kind, text);
  }
  if (field_.wanted() && kind != value_kind::null && kind != value_kind::nested) {
    row_.put(field_, text,
             lies_in_piece(text) ? row_buffer::lifetime::of_the_piece
                                 : row_buffer::lifetime::of_the_call);
  }
}

inline void answer_handler::envelope_value(value_kind kind, std::string_view text) {
  constexpr std::size_t longest_code = 32;
  constexpr std::size_t longest_message = 200;
  switch (member_) {
    case member::code:
      envelope_.code = trim(text).substr(0, longest_code);
      break;
    case member::message:
      envelope_.message = trim(text).substr(0, longest_message);
      break;
    case member::data:
      count_if_no_row(kind, text);
      break;
    case member::other:
      break;
  }
}

inline void answer_handler::count_if_no_row(value_kind kind, std::string_view text) {
  if (kind != value_kind::null && !is_filler(trim(text))) {
    ++envelope_.not_rows;
  }
}

// Strings with escapes come from a buffer of the parser's own, which is gone after the call.
inline bool answer_handler::lies_in_piece(std::string_view text) const {
  return std::less_equal<>{}(piece_.data(), text.data()) &&
         std::less_equal<>{}(text.data() + text.size(), piece_.data() + piece_.size());
}

}  // namespace wolkvox::api
