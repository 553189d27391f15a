#include "exporter/api/string_repair.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "exporter/api/ascii.hpp"

namespace wolkvox::api {
namespace {

constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

constexpr bool wants_a_look(char c) {
  return is_control(c) || c == '\\';
}

// What lies before the next byte that may have to be repaired.
struct stretch {
  std::size_t end = 0;
  bool odd_quotes = false;
};

// Eight bytes at a time: nearly all of an answer needs no more than this.
stretch scan(std::string_view text, std::size_t from) {
  constexpr std::uint64_t each = 0x0101'0101'0101'0101;
  constexpr std::uint64_t high = each * 0x80;
  constexpr std::size_t word_size = sizeof(std::uint64_t);
  unsigned quotes = 0;
  for (; from + word_size <= text.size(); from += word_size) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + from, word_size);
    const std::uint64_t against_backslash = word ^ (each * '\\');
    const std::uint64_t controls = (word - each * 0x20) & ~word & high;
    const std::uint64_t backslashes = (against_backslash - each) & ~against_backslash & high;
    if ((controls | backslashes) != 0) {
      break;
    }
    // 0x80 in exactly the bytes that are quotes.
    const std::uint64_t against_quote = word ^ (each * '"');
    const std::uint64_t low = ~high;
    quotes += static_cast<unsigned>(
        std::popcount(~(((against_quote & low) + low) | against_quote | low)));
  }
  for (; from < text.size() && !wants_a_look(text[from]); ++from) {
    quotes += text[from] == '"' ? 1U : 0U;
  }
  return {.end = from, .odd_quotes = quotes % 2 != 0};
}

// What the text behind a backslash turns out to be.
struct verdict {
  enum class repair : std::uint8_t { none, no_escape, lone_surrogate, apostrophe, control };
  std::size_t length = 0;  // of the escape; 0: more of the text is needed
  repair how = repair::none;
};
using enum verdict::repair;

constexpr std::size_t unit_length = 6;  // of one \uXXXX

constexpr bool is_hex(char c) {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

// How much of \uXXXX the text begins with, up to all of it.
std::size_t unit_there(std::string_view text) {
  constexpr std::string_view beginning = "\\u";
  std::size_t there = 0;
  while (there < std::min(text.size(), unit_length) &&
         (there < beginning.size() ? text[there] == beginning[there] : is_hex(text[there]))) {
    ++there;
  }
  return there;
}

// Of a whole \uXXXX.
bool is_surrogate(std::string_view unit, std::string_view third_digits) {
  return to_lower(unit[2]) == 'd' && third_digits.contains(to_lower(unit[3]));
}

constexpr std::string_view high = "89ab";
constexpr std::string_view low = "cdef";

verdict judge_unit(std::string_view text) {
  const auto there = unit_there(text);
  if (there < unit_length) {
    return there == text.size() ? verdict{} : verdict{.length = there, .how = no_escape};
  }
  if (is_surrogate(text, low)) {
    return {.length = unit_length, .how = lone_surrogate};
  }
  if (!is_surrogate(text, high)) {
    return {.length = unit_length};
  }
  const auto behind = text.substr(unit_length);
  const auto second = unit_there(behind);
  const bool may_pair = second == std::min(behind.size(), unit_length) &&
                        (second < 3 || to_lower(behind[2]) == 'd') &&
                        (second < 4 || low.contains(to_lower(behind[3])));
  if (!may_pair) {
    return {.length = unit_length, .how = lone_surrogate};
  }
  return second < unit_length ? verdict{} : verdict{.length = 2 * unit_length};
}

// `text` begins with a backslash. Decides with as few bytes as it can.
verdict judge(std::string_view text) {
  constexpr std::string_view known = "\"\\/bfnrt";
  if (text.size() < 2) {
    return {};
  }
  if (text[1] == 'u') {
    return judge_unit(text);
  }
  if (known.contains(text[1])) {
    return {.length = 2};
  }
  // How languages that quote with apostrophes escape them: "it\'s".
  if (text[1] == '\'') {
    return {.length = 2, .how = apostrophe};
  }
  return {.length = 1, .how = no_escape};
}

std::string repaired(std::string_view text, verdict::repair how) {
  switch (how) {
    case none:
      break;
    case no_escape:
      return '\\' + std::string{text};
    case lone_surrogate:
      return "\\ufffd";
    case apostrophe:
      return "'";
    case control:
      return " ";
  }
  return std::string{text};
}

}  // namespace

void string_repair::begin_again() {
  held_.clear();
  in_string_ = false;
}

string_repair::step string_repair::decide_held(std::string_view piece) {
  std::size_t appended = 0;
  verdict found;
  while (found.length == 0 && appended < piece.size()) {
    held_ += piece[appended++];
    found = judge(held_);
  }
  if (found.length == 0) {
    return {.text = {}, .taken = appended, .as_written = false};
  }
  out_ = repaired(std::string_view{held_}.substr(0, found.length), found.how);
  const auto left = held_.size() - found.length;
  const auto of_piece = std::min(left, appended);
  held_ = held_.substr(found.length, left - of_piece);
  return {.text = out_, .taken = appended - of_piece, .as_written = false};
}

string_repair::step string_repair::next(std::string_view piece) {
  if (!held_.empty()) {
    return decide_held(piece);
  }
  for (std::size_t done = 0;;) {
    const auto [at, odd_quotes] = scan(piece, done);
    in_string_ = in_string_ != odd_quotes;
    if (at == piece.size()) {
      return {.text = piece, .taken = at};
    }
    const bool is_escape = in_string_ && piece[at] == '\\';
    const verdict found = is_escape ? judge(piece.substr(at))
                                    : verdict{.length = 1, .how = in_string_ ? control : none};
    if (found.length == 0) {
      held_ = piece.substr(at);
      return {.text = piece.substr(0, at), .taken = piece.size()};
    }
    if (found.how == none) {
      done = at + found.length;
      continue;
    }
    if (at > 0) {
      return {.text = piece.substr(0, at), .taken = at};
    }
    out_ = repaired(piece.substr(0, found.length), found.how);
    return {.text = out_, .taken = found.length, .as_written = false};
  }
}

}  // namespace wolkvox::api
