// The status page: what is healthy, what is late, why, and when it is tried again. Plain HTML
// without scripts that asks for itself again every ten seconds. Pure: facts in, HTML out.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/site.hpp"

namespace wolkvox::web {

std::string status_page(const program_status& status, bool ready, std::string_view telemetry_path);

}  // namespace wolkvox::web
