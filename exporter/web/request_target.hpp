// The target of a request taken apart: path and query parameters, percent-decoded. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wolkvox::web {

struct request_target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> parameters;  // in their order; "?a" is {"a", ""}
};

// Takes "/path?query" and "http://host/path?query", of https too; in the query '+' is a blank.
// Nothing where it is malformed: another form, a bad percent escape, an escaped zero byte.
std::optional<request_target> parse_target(std::string_view target);

}  // namespace wolkvox::web
