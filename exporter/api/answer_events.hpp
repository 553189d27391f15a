// What answer_handler makes of the parser's events. Inline, so that a call a value costs nothing;
// for the file that instantiates the parser alone.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "exporter/api/answer_handler.hpp"
#include "exporter/api/ascii.hpp"

namespace wolkvox::api {

inline answer_envelope answer_handler::take_envelope() {
  envelope_.shape = shape_.text(
      [this](std::string_view key) { return lookup_.rows_with(key) >= envelope_.rows; });
  envelope_.missing = missing_columns();
  return std::move(envelope_);
}

// The columns without which the report says nothing and which no row had, in words.
inline std::string answer_handler::missing_columns() const {
  std::string missing;
  std::string alternatives;
  bool has_alternative = false;
  for (std::size_t i = 0; i < schema_.fields.size(); ++i) {
    const field& each = schema_.fields[i];
    const bool came = (columns_ >> i & 1U) != 0;
    if (each.need == column_need::alternative) {
      has_alternative = has_alternative || came;
      alternatives += (alternatives.empty() ? "" : "/") + std::string{each.spellings.front()};
    } else if (each.need == column_need::always && !came) {
      missing += (missing.empty() ? "" : ", ") + std::string{each.spellings.front()};
    }
  }
  if (!alternatives.empty() && !has_alternative) {
    missing += (missing.empty() ? "" : ", ") + alternatives;
  }
  return missing;
}

inline std::string_view answer_handler::lose_row(std::uint64_t headless) {
  envelope_.lost_rows += headless;
  // What breaks again before it has a column of ours is the same row: its text looked like an end.
  if (in_row() && (envelope_.lost_rows == 0 || has_columns_)) {
    ++envelope_.lost_rows;
  }
  place_ = place::document;
  member_ = member::other;
  ignored_ = 0;
  parts_.clear();
  const bool bare = rows_parent_ == place::document;
  if (form_ == rows_form::list) {
    return bare ? "[" : R"({"data":[)";
  }
  return bare ? "{" : R"({"data":{)";
}

inline void answer_handler::begin_row(place parent) {
  row_parent_ = parent;
  place_ = place::row;
  has_columns_ = false;
  row_.clear();
  lookup_.begin_row();
}

inline void answer_handler::begin_rows(rows_form form, place parent) {
  form_ = form;
  rows_parent_ = parent;
  place_ = form == rows_form::list ? place::rows : place::keyed;
}

// A member of the whole answer that is an object: a row under its number, or under a name where no
// envelope shows.
inline bool answer_handler::may_be_keyed_row() const {
  return member_ == member::other && (digits_key_ || envelope_members_ == 0);
}

inline void answer_handler::begin_nested() {
  if (!has_columns_ && row_parent_ == place::envelope && member_ == member::data) {
    // What began as the one row that `data` is (2.1) holds rows.
    begin_rows(rows_form::keyed, place::envelope);
    shape_.begin_again();
    begin_row(place::keyed);
    return;
  }
  row_value(value_kind::nested, {});
  ++ignored_;
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
      if (member_ == member::data || may_be_keyed_row()) {
        form_ = rows_form::keyed;
        rows_parent_ = member_ == member::data ? place::envelope : place::document;
        begin_row(place::envelope);
      } else {
        ++ignored_;
      }
      break;
    case place::rows:
    case place::keyed:
      begin_row(place_);
      break;
    case place::row:
      begin_nested();
      break;
  }
  return true;
}

inline void answer_handler::end_row() {
  place_ = row_parent_;
  // Under a name beside the envelope's members: rows have columns, other objects are none of ours.
  const bool is_row =
      has_columns_ || place_ != place::envelope || member_ == member::data || digits_key_;
  if (!is_row) {
    shape_.begin_again();
    return;
  }
  ++envelope_.rows;
  rows_.row(row_.view());
}

inline bool answer_handler::on_object_end(std::size_t members, error_code& /*unused*/) {
  if (ignored_ > 0) {
    --ignored_;
    if (ignored_ == 0 && place_ == place::envelope && member_ == member::error && members > 0) {
      envelope_value(value_kind::nested, "(object)");
    }
    return true;
  }
  if (place_ == place::keyed) {
    place_ = place::envelope;
  } else if (place_ != place::row) {
    place_ = place::document;
  } else if (members > 0) {
    end_row();
  } else {
    place_ = row_parent_;  // `{}` is how PHP writes an empty list of names: no row
  }
  return true;
}

inline bool answer_handler::on_array_begin(error_code& /*unused*/) {
  if (ignored_ > 0) {
    ++ignored_;
    return true;
  }
  switch (place_) {
    case place::document:
      begin_rows(rows_form::list, place::document);
      envelope_.is_bare = schema_.may_be_bare;
      break;
    case place::envelope:
      if (member_ == member::data) {
        begin_rows(rows_form::list, place::envelope);
      } else {
        ++ignored_;
      }
      break;
    case place::rows:
    case place::keyed:
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

inline bool answer_handler::on_array_end(std::size_t size, error_code& /*unused*/) {
  if (ignored_ > 0) {
    --ignored_;
    if (ignored_ == 0 && place_ == place::envelope && member_ == member::error && size > 0) {
      envelope_value(value_kind::nested, "(list)");
    }
  } else {
    place_ = rows_parent_;
  }
  return true;
}

// Lists and objects inside a row are none of its values; rows that differ there are not equal.
inline void answer_handler::hear_nested(text_part part) {
  if (ignored_ > 0 && place_ == place::row) {
    row_.hear_part({part.data(), part.size()});
  }
}

inline bool answer_handler::keep_part(text_part part) {
  hear_nested(part);
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
  hear_nested(part);
  if (ignored_ > 0) {
    return true;
  }
  std::string_view key{part.data(), part.size()};
  if (!parts_.empty()) {
    parts_ += key;
    key = parts_;
  }
  if (place_ == place::row) {
    row_key(key);
  } else if (place_ == place::envelope) {
    envelope_key(key);
  }
  parts_.clear();
  return true;
}

inline void answer_handler::row_key(std::string_view key) {
  row_.hear(key);
  field_ = lookup_.find(key);
  if (field_.wanted()) {
    has_columns_ = true;
    columns_ |= std::uint64_t{1} << field_.field;
  }
  if (first_row()) {
    shape_.key(key, field_.wanted());
  }
}

inline void answer_handler::envelope_key(std::string_view key) {
  key = trim(key);
  digits_key_ = all_digits(key);
  if (same_text(key, "code")) {
    member_ = member::code;
  } else if (same_text(key, "msg")) {
    member_ = member::message;
  } else if (same_text(key, "error")) {
    member_ = member::error;
  } else if (same_text(key, "data")) {
    member_ = member::data;
  } else {
    member_ = member::other;
  }
  if (member_ != member::other) {
    ++envelope_members_;
  } else {
    ++strange_members_;
  }
}

inline bool answer_handler::scalar(value_kind kind, text_part part, error_code& ec) {
  hear_nested(part);
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
    case place::keyed:
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
  row_.hear(text);
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
    case member::error:
      // `false` and null say that there was none.
      if (text != "false" && !is_filler(trim(text))) {
        envelope_.error = trim(text).substr(0, longest_message);
      }
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
