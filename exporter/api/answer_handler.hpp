// What a Boost.JSON parser tells about an answer, turned into rows and an envelope
// (wolkvox-api.md 2.1). Knows where in the answer the parser stands; holds one row and, while a
// string is cut by a piece's end, that string. Rows stand in a list or in an object that is keyed
// by numbers or names (PHP makes one of a list with holes), bare or as `data`.
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
#include "exporter/api/row_search.hpp"
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
      : rows_(rows), schema_(schema), lookup_(schema), row_(schema) {}

  void begin_piece(std::string_view piece) { piece_ = piece; }
  void end_piece() {
    if (place_ == place::row) {
      row_.outlive_piece();
    }
    piece_ = {};
  }

  // The whole answer is a text or a number.
  bool is_scalar() const { return scalar_; }
  // An object of which no member is one of an envelope's, and none a row: some other service's
  // answer.
  bool is_strange_object() const {
    return strange_members_ > 0 && envelope_members_ == 0 && envelope_.rows == 0;
  }
  answer_envelope take_envelope();

  // Whether what could not be parsed lies among rows, and what of it follows can be read again.
  bool is_between_rows() const {
    return (place_ == place::rows || place_ == place::keyed) && ignored_ == 0;
  }
  bool is_among_rows() const { return place_ == place::rows || place_ == place::keyed || in_row(); }
  rows_form form() const { return form_; }
  // A row could not be read; the parser begins anew. What it is to be given before the rest of the
  // text, so that it stands among the rows again. `headless`: so many more had no beginning.
  std::string_view lose_row(std::uint64_t headless);

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
  enum class place : std::uint8_t { document, envelope, rows, keyed, row };
  enum class member : std::uint8_t { other, code, message, error, data };

  bool first_row() const { return envelope_.rows == 0; }
  bool in_row() const { return place_ == place::row; }
  void begin_row(place parent);
  void begin_rows(rows_form form, place parent);
  void end_row();
  void begin_nested();
  bool may_be_keyed_row() const;
  std::string missing_columns() const;
  void hear_nested(text_part part);
  bool keep_part(text_part part);
  bool scalar(value_kind kind, text_part part, error_code& ec);
  void row_key(std::string_view key);
  void row_value(value_kind kind, std::string_view text);
  void envelope_value(value_kind kind, std::string_view text);
  void envelope_key(std::string_view key);
  void count_if_no_row(value_kind kind, std::string_view text);
  bool lies_in_piece(std::string_view text) const;

  row_consumer& rows_;
  report_schema schema_;
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
  rows_form form_ = rows_form::list;
  member member_ = member::other;
  std::uint64_t columns_ = 0;  // fields that came in any row, as bits
  bool has_columns_ = false;   // the row that is read has a field of the report's
  bool digits_key_ = false;    // the envelope's last key is a number
  bool scalar_ = false;
};

}  // namespace wolkvox::api
