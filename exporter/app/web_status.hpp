// How operations stand, as the status page wants it.
#pragma once

#include <vector>

#include "exporter/operation/status.hpp"
#include "exporter/web/site.hpp"

namespace wolkvox::app {

std::vector<web::operation_status> for_web(std::vector<operation::operation_status> told);

}  // namespace wolkvox::app
