// The simulator's own pages, beside the API: /_truth, /_requests and /_control. They never count
// against the quota.
#pragma once

#include <optional>
#include <string_view>

#include "tests/simulator/platform.hpp"
#include "tests/simulator/platform_clock.hpp"

namespace wolkvox::simulator {

struct administration_request {
  std::string_view method;
  std::string_view target;
  std::string_view body;
};

// Nothing when the target is none of the pages.
std::optional<api_answer> administer(const administration_request& request, platform& what,
                                     platform_clock& clock, platform_clock::real::time_point now);

}  // namespace wolkvox::simulator
