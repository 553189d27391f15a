// The status page's facts for scripts: /status.json. Pure.
#pragma once

#include <string>

#include "exporter/web/site.hpp"

namespace wolkvox::web {

// Times are RFC 3339 in UTC, null where there is none; durations are seconds.
std::string status_json(const program_status& status, bool ready);

}  // namespace wolkvox::web
