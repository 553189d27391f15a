// A configuration file as text, before YAML has a say: what in it is no text, and where it ends.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/document.hpp"

namespace wolkvox::config {

// The first byte that is no text: not UTF-8 (yaml-cpp 0.7 would put U+FFFD in its place without a
// word), or a control character, which YAML forbids.
std::optional<mistake> find_no_text(std::string_view text);

bool is_utf8(std::string_view text);

// The first line, of those up to `last`, that is indented with a tab, which YAML forbids.
std::optional<mistake> find_tab(std::string_view text, std::size_t last);

// Just behind the last character of the last line that the file holds.
place end_of(std::string_view text);

}  // namespace wolkvox::config
