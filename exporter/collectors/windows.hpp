// A window as the API's date_ini and date_end (wolkvox-api.md 1, 3.2).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {

// {date_ini, date_end}: 14 digits in the operation's zone, both ends inclusive to the second
// (assumed: 3.2; windows overlap and identities decide). Where the zone repeats an hour inside the
// window, all local times that the window shows are asked for.
std::vector<std::pair<std::string, std::string>> window_parameters(const poll_context& context);

// "2026-11-21": the platform's day on which the window begins.
std::string window_day(const poll_context& context);

}  // namespace wolkvox::collectors
