// Escaping and its reverse.
#include "metrics/exposition/label_text.hpp"

#include <cstddef>

#include "metrics/utf8.hpp"

namespace wolkvox::metrics {

namespace {

// ASCII without anything to escape: nearly every value. No early end, so that it is vectorized.
bool is_plain(std::string_view text) {
  bool plain = true;
  for (const char c : text) {
    plain &= static_cast<unsigned char>(c) < 0x80 && c != '\\' && c != '"' && c != '\n';
  }
  return plain;
}

void append_label_value(std::string& out, std::string_view value) {
  if (is_plain(value)) {
    out += value;
  } else if (is_valid_utf8(value)) {
    append_escaped(out, value, "\\\"\n");
  } else {
    append_escaped(out, to_valid_utf8(value), "\\\"\n");
  }
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, std::string_view special) {
  for (auto at = text.find_first_of(special); at != std::string_view::npos;
       at = text.find_first_of(special)) {
    out += text.substr(0, at);
    out += '\\';
    out += text[at] == '\n' ? 'n' : text[at];
    text.remove_prefix(at + 1);
  }
  out += text;
}

void append_labels(std::string& out, std::span<const label> labels) {
  for (bool first = true; const auto& each : labels) {
    if (!first) {
      out += ',';
    }
    first = false;
    out += each.name;
    out += "=\"";
    append_label_value(out, each.value);
    out += '"';
  }
}

std::optional<label> label_parser::next() {
  if (rest_.empty()) {
    return std::nullopt;
  }
  const auto equals = rest_.find('=');
  const auto name = rest_.substr(0, equals);
  value_.clear();
  std::size_t at = equals + 2;
  for (; rest_[at] != '"'; ++at) {
    if (rest_[at] == '\\') {
      ++at;
      value_ += rest_[at] == 'n' ? '\n' : rest_[at];
    } else {
      value_ += rest_[at];
    }
  }
  rest_ = rest_.substr(at + 1 == rest_.size() ? at + 1 : at + 2);
  return label{.name = name, .value = value_};
}

}  // namespace wolkvox::metrics
