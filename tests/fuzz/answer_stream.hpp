// A strict reader of what an HTTP/1.1 server sends on one connection. It shares nothing with the
// server.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fuzz/requirement.hpp"

namespace wolkvox::fuzz {

struct http_answer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  // without Date, which it differs in
  std::string body;
  bool head_only = false;  // the answer to HEAD

  std::string_view field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
    return found == fields.end() ? std::string_view{} : found->second;
  }
  friend bool operator==(const http_answer&, const http_answer&) = default;
};

class answer_reader {
 public:
  explicit answer_reader(std::string_view sent) : rest_(sent) {}

  std::vector<http_answer> read() {
    std::vector<http_answer> answers;
    for (skip_leave(); !rest_.empty(); skip_leave()) {
      answers.push_back(answer());
    }
    return answers;
  }

 private:
  // To who asked whether to send a body; the answer follows.
  void skip_leave() {
    constexpr std::string_view leave = "HTTP/1.1 100 Continue\r\n\r\n";
    while (rest_.starts_with(leave)) {
      rest_.remove_prefix(leave.size());
    }
  }

  std::string_view line() {
    const auto end = rest_.find("\r\n");
    require(end != std::string_view::npos, "a head is complete");
    const auto read = rest_.substr(0, end);
    require(std::ranges::all_of(read, [](char c) { return c >= ' ' && c <= '~'; }),
            "a line of a head is printable");
    rest_.remove_prefix(end + 2);
    return read;
  }

  static std::size_t number(std::string_view digits) {
    std::size_t value = 0;
    const auto read = std::from_chars(digits.begin(), digits.end(), value);
    require(read.ec == std::errc{} && read.ptr == digits.end(), "a number is digits");
    return value;
  }

  http_answer answer() {
    http_answer read;
    const auto status = line();
    require(status.starts_with("HTTP/1.1 ") && status.size() > 13 && status[12] == ' ',
            "a status line has a status and a reason");
    read.status = static_cast<unsigned>(number(status.substr(9, 3)));
    bool is_dated = false;
    for (auto next = line(); !next.empty(); next = line()) {
      const auto colon = next.find(": ");
      require(colon != std::string_view::npos && colon > 0, "a field has a name and a value");
      const std::string name{next.substr(0, colon)};
      require(read.field(name).empty(), "no field comes twice");
      is_dated = is_dated || name == "Date";
      if (name != "Date") {
        read.fields.emplace_back(name, next.substr(colon + 2));
      }
    }
    require(is_dated && !read.field("Content-Type").empty() && !read.field("Connection").empty(),
            "every answer has a date and a type, and says whether the connection stays open");
    take_body(read);
    return read;
  }

  void take_body(http_answer& read) {
    const auto size = number(read.field("Content-Length"));
    // No body begins as an answer does; none is empty.
    read.head_only = rest_.empty() || rest_.starts_with("HTTP/1.1 ");
    if (!read.head_only) {
      require(rest_.size() >= size, "a body is as long as its head says");
      read.body = rest_.substr(0, size);
      rest_.remove_prefix(size);
    }
  }

  std::string_view rest_;
};

inline std::vector<http_answer> read_answers(std::string_view sent) {
  return answer_reader{sent}.read();
}

}  // namespace wolkvox::fuzz
