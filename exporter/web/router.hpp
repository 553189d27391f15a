// Which answer a request gets: a pure function of the request's head, the site and the routes.
// Whatever needs more than memory (a scrape's accounting, a reload) is returned as a plan for the
// server to carry out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "exporter/web/answer.hpp"
#include "exporter/web/site.hpp"

namespace wolkvox::web {

struct request_head {
  std::string_view method;
  std::string_view target;
};

struct routes {
  std::string telemetry_path = "/metrics";
  bool lifecycle_enabled = false;
};

// Gather pages and write them, unless too many scrapes are in flight.
struct scrape_plan {
  metrics::page_filter filter;
};

enum class lifecycle_plan : std::uint8_t { reload, quit };

using plan = std::variant<answer, scrape_plan, lifecycle_plan>;

// A HEAD request gets the plan of its GET; leaving the body out is the server's part.
plan route(const request_head& request, const site& content, const routes& where);

}  // namespace wolkvox::web
