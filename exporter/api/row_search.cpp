#include "exporter/api/row_search.hpp"

namespace wolkvox::api {
namespace {

constexpr bool is_json_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::optional<std::size_t> row_search::find(std::string_view piece, rows_form form) {
  const char next_row = form == rows_form::list ? '{' : '"';
  const char rows_end = form == rows_form::list ? ']' : '}';
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const char c = piece[i];
    if (seen_ != seen::nothing && is_json_blank(c)) {
      continue;
    }
    const bool may_begin = seen_ == seen::comma || seen_ == seen::between;
    const bool may_end = seen_ == seen::brace || seen_ == seen::between;
    if ((may_begin && c == next_row) || (may_end && c == rows_end)) {
      seen_ = seen::nothing;
      return i;
    }
    if (seen_ == seen::between) {
      headless_ += c == '}' && has_member_ ? 1 : 0;
      has_member_ = c == ':' || (has_member_ && c != '}');
      continue;
    }
    if (c == '}') {
      seen_ = seen::brace;
    } else if (c == ',' && seen_ == seen::brace) {
      seen_ = seen::comma;
    } else {
      seen_ = seen::nothing;
    }
  }
  return std::nullopt;
}

}  // namespace wolkvox::api
