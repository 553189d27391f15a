// Text made safe for HTML.
#pragma once

#include <string>
#include <string_view>

namespace wolkvox::web {

// For element content and for attribute values in double quotes. Control characters become blanks.
std::string escape_html(std::string_view text);

}  // namespace wolkvox::web
