// Text of the platform as it may become a label: every run of blanks, control characters and line
// or paragraph separators is one blank. What reads an exposition line by line must not find a line
// in a name (U+0085, U+2028 and U+001C end lines for some). ASCII and UTF-8; other bytes stay.
#pragma once

#include <string>
#include <string_view>

namespace wolkvox::api {

// Nearly always true, and quickly.
bool is_clean(std::string_view text);
// Trimmed, too.
std::string clean_text(std::string_view text);

}  // namespace wolkvox::api
