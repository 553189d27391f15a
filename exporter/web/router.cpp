// The table of endpoints.
#include "exporter/web/router.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "exporter/web/request_target.hpp"
#include "exporter/web/status_json.hpp"
#include "exporter/web/status_page.hpp"

namespace wolkvox::web {
namespace {

constexpr std::string_view read_methods = "GET, HEAD";
constexpr std::string_view lifecycle_methods = "POST";

struct endpoint {
  std::string_view path;
  std::string_view methods;  // as in Allow
  plan (*make)(const request_target& target, const site& content, const routes& where);
};

metrics::page_filter filter_of(const request_target& target) {
  metrics::page_filter filter;
  for (const auto& [name, value] : target.parameters) {
    if (name == "name[]") {
      filter.names.push_back(metrics::family_meant_by(value));
    } else if (name == "operation") {
      filter.operations.push_back(value);
    }
  }
  return filter;
}

plan scrape(const request_target& target, const site& content, const routes& /*where*/) {
  auto filter = filter_of(target);
  if (!std::ranges::all_of(filter.operations, content.knows_operation)) {
    return plain_answer(404, "No operation of that name is configured.");
  }
  return scrape_plan{std::move(filter)};
}

plan status_for_people(const request_target& /*target*/, const site& content, const routes& where) {
  const auto facts = content.status();
  auto a = make_answer(200, html_type, status_page(facts, content.ready(), where.telemetry_path));
  // The page has no scripts, images, forms or frames: nothing but its own style may load.
  a.fields = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
       "frame-ancestors 'none'"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"}};
  return a;
}

plan status_for_scripts(const request_target& /*target*/, const site& content,
                        const routes& /*where*/) {
  return make_answer(200, json_type, status_json(content.status(), content.ready()));
}

plan healthy(const request_target& /*target*/, const site& /*content*/, const routes& /*where*/) {
  return plain_answer(200, "wolkvox_exporter is healthy.");
}

plan ready(const request_target& /*target*/, const site& content, const routes& /*where*/) {
  return content.ready() ? plain_answer(200, "wolkvox_exporter is ready.")
                         : plain_answer(503,
                                        "wolkvox_exporter is not ready: a collector has not "
                                        "been asked yet.");
}

template <lifecycle_plan Which>
plan lifecycle(const request_target& /*target*/, const site& /*content*/, const routes& where) {
  if (!where.lifecycle_enabled) {
    return plain_answer(403, "Not allowed: start with --web.enable-lifecycle.");
  }
  return Which;
}

constexpr std::array endpoints{
    endpoint{"/", read_methods, status_for_people},
    endpoint{"/status.json", read_methods, status_for_scripts},
    endpoint{"/-/healthy", read_methods, healthy},
    endpoint{"/-/ready", read_methods, ready},
    endpoint{"/-/reload", lifecycle_methods, lifecycle<lifecycle_plan::reload>},
    endpoint{"/-/quit", lifecycle_methods, lifecycle<lifecycle_plan::quit>},
};
constexpr endpoint telemetry{"", read_methods, scrape};

// The telemetry path is the user's choice and wins over our own.
const endpoint* find_endpoint(std::string_view path, const routes& where) {
  if (path == where.telemetry_path) {
    return &telemetry;
  }
  const auto* const found = std::ranges::find(endpoints, path, &endpoint::path);
  return found == endpoints.end() ? nullptr : found;
}

bool allows(const endpoint& which, std::string_view method) {
  return which.methods == read_methods ? method == "GET" || method == "HEAD" : method == "POST";
}

}  // namespace

plan route(const request_head& request, const site& content, const routes& where) {
  const auto target = parse_target(request.target);
  if (!target) {
    return plain_answer(400, "Bad request: malformed target.");
  }
  const auto* const found = find_endpoint(target->path, where);
  if (found == nullptr) {
    return plain_answer(404, "Not found.");
  }
  if (!allows(*found, request.method)) {
    auto refusal = plain_answer(405, "Method not allowed.");
    refusal.fields = {{"Allow", found->methods}};
    return refusal;
  }
  return found->make(*target, content, where);
}

}  // namespace wolkvox::web
