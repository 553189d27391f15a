// One HTTP answer as a value, and its head as text. The body is shared pieces, so that a slow
// reader costs no copy.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/web/site.hpp"

namespace wolkvox::web {

inline constexpr std::string_view text_type = "text/plain; charset=utf-8";
inline constexpr std::string_view html_type = "text/html; charset=utf-8";
inline constexpr std::string_view json_type = "application/json";

struct answer {
  unsigned status = 200;
  std::string content_type{text_type};
  std::vector<std::pair<std::string_view, std::string_view>>
      fields;  // static; beside what every answer has
  body content;
};

answer make_answer(unsigned status, std::string_view content_type, std::string content);
// A short message for people and scripts; the line end is added.
answer plain_answer(unsigned status, std::string_view message);

std::uint64_t content_length(const body& content);

enum class persistence : std::uint8_t { keep_open, close };

// Header fields that the user chose; each replaces ours of the same name.
using header_fields = std::vector<std::pair<std::string, std::string>>;

// Status line and header fields, with the empty line that ends them.
std::string head_of(const answer& a, std::uint64_t length, persistence connection, sys_seconds now,
                    const header_fields& configured = {});

}  // namespace wolkvox::web
