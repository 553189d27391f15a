// The text of an agent's status as a label: without the times that some platforms write into it,
// which would make another series of every poll.
#pragma once

#include <string>
#include <string_view>

namespace wolkvox::collectors {

// "TALK 00:01:05", "TALK (65s)", "Talk 1m 20s", "TALK|00:05:00": "TALK". Other numbers stay
// ("Break 2"). "unknown" where nothing else was said. `status` is clean (api/clean_text.hpp).
std::string status_without_times(std::string_view status);

}  // namespace wolkvox::collectors
