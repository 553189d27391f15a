// JSON is appended piece by piece, without a document tree: 60,000 agents are 24 MB of it.
#include "tests/simulator/row_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/simulator/wire.hpp"

namespace wolkvox::simulator {

namespace {

void append_escaped(std::string& out, std::string_view text) {
  const auto needs_escape = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  };
  if (std::ranges::none_of(text, needs_escape)) {
    out.append(text);
    return;
  }
  for (const char c : text) {
    if (!needs_escape(c)) {
      out += c;
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    }
  }
}

}  // namespace

std::string json_escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

void row_writer::begin_row() {
  if (!starts_.empty()) {
    text_ += ',';
  }
  starts_.push_back(text_.size());
  text_ += '{';
  first_field_ = true;
}

void row_writer::end_row() {
  if (is(fault_kind::extra_fields)) {
    quoted("field_of_tomorrow", "x");
    key("nested_thing");
    text_ += R"({"a":[1,2,{"b":null}]})";
  }
  text_ += is(fault_kind::pretty) ? "\n        }" : "}";
  if (is(fault_kind::duplicate_rows) && !full()) {
    const std::string again(row(starts_.size() - 1));
    text_ += ',';
    starts_.push_back(text_.size());
    text_ += again;
  }
}

void row_writer::key(std::string_view name) {
  if (!first_field_) {
    text_ += ',';
  }
  first_field_ = false;
  if (is(fault_kind::pretty)) {
    text_ += "\n            ";
  }
  text_ += '"';
  text_ += name;
  text_ += is(fault_kind::blank_in_keys) ? " \":" : "\":";
}

void row_writer::quoted(std::string_view name, std::string_view value) {
  key(name);
  text_ += '"';
  append_escaped(text_, value);
  text_ += '"';
}

void row_writer::text(std::string_view name, std::string_view value) {
  if (is(fault_kind::fillers) && value.empty()) {
    constexpr auto fillers =
        std::to_array<std::string_view>({R"("-")", R"("--")", R"(" ")", "null"});
    key(name);
    text_ += fillers.at(++fields_ % fillers.size());
    return;
  }
  if (is(fault_kind::odd_names) && name.ends_with("_name") && !value.empty()) {
    // No UTF-8 at the beginning, and a character of two bytes wherever a limit may cut.
    std::string odd = "\xC3(" + std::string(value);
    for (int i = 0; i < 5000; ++i) {
      odd += "\u00f1";
    }
    return quoted(name, odd);
  }
  quoted(name, value);
}

void row_writer::integer(std::string_view name, std::int64_t value) {
  if (is(fault_kind::numbers)) {
    key(name);
    text_ += fmt::format_int(value).c_str();
  } else if (is(fault_kind::odd_integers)) {
    quoted(name, " " + with_thousands(value) + " ");
  } else if (is(fault_kind::unreadable_values) && ++fields_ % 7 == 0) {
    quoted(name, "ilegible");
  } else if (is(fault_kind::beyond_numbers) && ++fields_ % 5 == 0) {
    constexpr auto beyond = std::to_array<std::string_view>(
        {"1e400", "-1e400", R"("NaN")", R"("1e400")", R"("Infinity")", "99999999999999999999999"});
    key(name);
    text_ += beyond.at(fields_ / 5 % beyond.size());
  } else {
    const fmt::format_int digits(value);
    quoted(name, {digits.data(), digits.size()});
  }
}

void row_writer::seconds(std::string_view name, std::int64_t value) {
  if (is(fault_kind::odd_durations)) {
    return duration(name, value);
  }
  integer(name, value);
}

void row_writer::duration(std::string_view name, std::int64_t value) {
  if (is(fault_kind::odd_durations)) {
    const auto turn = ++fields_ % 4;
    if (turn == 0) {
      return quoted(name, fmt::format("{}", value));
    }
    if (turn == 1) {
      return quoted(name, fmt::format("{}:{:02}:{:02}", value / 3600, value / 60 % 60, value % 60));
    }
    if (turn == 2 && value < 3600) {
      return quoted(name, fmt::format("{:02}:{:02}", value / 60, value % 60));
    }
  }
  if (is(fault_kind::unreadable_values) && ++fields_ % 7 == 0) {
    return quoted(name, "ilegible");
  }
  constexpr std::int64_t hundred_hours = 360'000;
  quoted(name,
         hours_minutes_seconds(is(fault_kind::extreme_values) ? value + hundred_hours : value));
}

void row_writer::percentage(std::string_view name, std::int64_t part, std::int64_t whole) {
  auto value = is(fault_kind::extreme_values) ? "15,233.33 %" : simulator::percentage(part, whole);
  if (is(fault_kind::odd_percentages)) {
    std::erase(value, ' ');
    if (++fields_ % 2 == 0) {
      value.pop_back();
    }
  }
  quoted(name, value);
}

void row_writer::enumeration(std::string_view name, std::string_view value) {
  text(name, is(fault_kind::unknown_enumeration) ? "Valor Nunca Visto" : value);
}

void row_writer::personal(std::string_view name, std::string_view value) {
  if (!is(fault_kind::missing_fields)) {
    text(name, value);
  }
}

void row_writer::agent_id(std::string_view id, std::string_view name) {
  if (is(fault_kind::agent_id_suffix) && !name.empty()) {
    return quoted("agent_id", fmt::format("{}-{}", id, name));
  }
  quoted("agent_id", id);
}

std::string_view row_writer::row(std::size_t index) const {
  const auto begin = starts_[index];
  const auto end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
  return std::string_view(text_).substr(begin, end - begin);
}

written_rows row_writer::take() {
  written_rows taken{.text = {}, .count = starts_.size(), .first = {}};
  if (starts_.empty()) {
    return taken;
  }
  taken.first = row(0);
  if (is(fault_kind::reversed_rows)) {
    for (auto index = starts_.size(); index-- > 0;) {
      taken.text += row(index);
      taken.text += index > 0 ? "," : "";
    }
  } else {
    taken.text = std::move(text_);
  }
  return taken;
}

std::string envelope(written_rows rows, std::optional<fault_kind> odd, bool usually_bare) {
  const auto is = [odd](fault_kind kind) { return odd == kind; };
  std::string data = "[" + std::move(rows.text) + "]";
  if (is(fault_kind::bare_array) || (usually_bare && !odd)) {
    return data;
  }
  if (is(fault_kind::data_object)) {
    data = rows.first;
  } else if (is(fault_kind::data_null)) {
    data = "null";
  } else if (is(fault_kind::data_empty_text)) {
    data = "\"\"";
  } else if (is(fault_kind::empty_array)) {
    data = "[]";
  }
  std::string_view code = R"("200")";
  if (is(fault_kind::code_number)) {
    code = "200";
  } else if (is(fault_kind::code_zero)) {
    code = R"("0")";
  } else if (is(fault_kind::code_blank)) {
    code = R"(" ")";
  }
  std::string body = is(fault_kind::bom) ? "\xEF\xBB\xBF" : "";
  body +=
      fmt::format(R"({{"code":{},"error":null,"msg":"{} records were found")", code, rows.count);
  if (!is(fault_kind::data_missing)) {
    body += ",\"data\":";
    body += data;
  }
  if (is(fault_kind::huge)) {
    // Past the platform's own limit of 256 MB (wolkvox-api.md 3.1).
    body += R"(,"padding":")" + std::string(260ULL << 20U, 'x') + '"';
  }
  return body + "}";
}

}  // namespace wolkvox::simulator
