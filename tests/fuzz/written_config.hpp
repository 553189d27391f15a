// A configuration written out with every key, so that it can be read again: what the reader made of
// a file is what it makes of this.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"

namespace wolkvox::fuzz {

std::string written(const config::config& all);

// A text as a scalar of YAML.
std::string in_quotes(std::string_view text);

}  // namespace wolkvox::fuzz
