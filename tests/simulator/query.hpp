// The query of a request: which file, which parameters, decoded.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace wolkvox::simulator {

struct query {
  std::string path;
  std::map<std::string, std::string, std::less<>> parameters;  // the last of repeated ones

  // Nothing when missing or empty.
  std::optional<std::string_view> find(std::string_view name) const;
};

// Nothing when the target is no valid one.
std::optional<query> read_query(std::string_view target);

}  // namespace wolkvox::simulator
