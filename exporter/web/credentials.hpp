// Name and password of an Authorization field (RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/secret.hpp"

namespace wolkvox::web {

struct credentials {
  std::string name;
  secret password;
};

// Nothing where the field is of another kind or malformed.
std::optional<credentials> parse_basic(std::string_view field);

}  // namespace wolkvox::web
