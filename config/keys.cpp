// The two tables (contract section 2) and the questions that are asked of them.
#include "config/keys.hpp"

#include <algorithm>
#include <array>

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;

using enum section;
using enum node_kind;

constexpr std::array keys{
    key_info{key_id::defaults, "defaults", root, map},
    key_info{key_id::operations, "operations", root, list},

    key_info{key_id::name, "name", operation, scalar},
    key_info{key_id::server, "server", operation, scalar},
    key_info{key_id::base_url, "base_url", operation, scalar},
    key_info{key_id::token_file, "token_file", operation, scalar},
    key_info{key_id::token_env, "token_env", operation, scalar},
    key_info{key_id::licences, "licences", operation, scalar},
    key_info{key_id::budget, "budget", operation, map},
    key_info{key_id::reserve, "reserve", budget, scalar},
    key_info{key_id::proxy_url, "proxy_url", operation, scalar},
    key_info{key_id::proxy_username, "proxy_username", operation, scalar},
    key_info{key_id::proxy_password_file, "proxy_password_file", operation, scalar},
    key_info{key_id::tls, "tls", operation, map},
    key_info{key_id::ca_file, "ca_file", tls, scalar},
    key_info{key_id::currency, "currency", operation, scalar},

    key_info{key_id::timeout, "timeout", shared, scalar},
    key_info{key_id::max_concurrent_requests, "max_concurrent_requests", shared, scalar},
    key_info{key_id::timezone, "timezone", shared, scalar},
    key_info{key_id::agent_names, "agent_names", shared, scalar},
    key_info{key_id::people, "people", shared, scalar},
    key_info{key_id::series_limit, "series_limit", shared, scalar},
    key_info{key_id::stale_after, "stale_after", shared, scalar},
    key_info{key_id::retire_after, "retire_after", shared, scalar},
    key_info{key_id::collectors, "collectors", shared, map},

    key_info{key_id::enabled, "enabled", collector, scalar},
    key_info{key_id::interval, "interval", collector, scalar},
    key_info{key_id::lookback, "lookback", collector, scalar},
    key_info{key_id::codes_settle, "codes_settle", collector, scalar},
    key_info{key_id::service_level_threshold, "service_level_threshold", collector, scalar},
    key_info{key_id::labels, "labels", collector, list},
    key_info{key_id::buckets, "buckets", collector, list},
    key_info{key_id::exemplars, "exemplars", collector, scalar},
};

constexpr std::array<std::string_view, 1> by_agent{"agent"};
constexpr std::array<std::string_view, 1> by_skill{"skill"};
constexpr std::array<std::string_view, 1> by_campaign{"campaign"};
constexpr std::array<std::string_view, 3> by_all{"agent", "skill", "campaign"};

// Costs: one request is one of the daily quota (wolkvox-api.md 3.1); `names` asks agents, skills
// and campaigns.
constexpr std::array collectors{
    collector_info{.name = "agents", .requests_per_poll = 1, .interval = 1min, .labels = by_agent},
    collector_info{.name = "skills",
                   .requests_per_poll = 1,
                   .interval = 1min,
                   .service_level_threshold = 20s,
                   .labels = by_skill},
    collector_info{
        .name = "campaigns", .requests_per_poll = 1, .interval = 1min, .labels = by_campaign},
    collector_info{.name = "abandoned_calls",
                   .requests_per_poll = 1,
                   .interval = 5min,
                   .lookback = 1h,
                   .labels = by_skill,
                   .labels_may_go = true,
                   .histogram = true,
                   .exemplars = true},
    collector_info{.name = "hold_mute",
                   .requests_per_poll = 1,
                   .interval = 5min,
                   .labels = by_agent,
                   .labels_may_go = true},
    collector_info{.name = "calls",
                   .requests_per_poll = 1,
                   .interval = 5min,
                   .lookback = 2h,
                   .codes_settle = 30min,
                   .labels = by_all,
                   .labels_may_go = true,
                   .histogram = true},
    collector_info{.name = "cdr",
                   .requests_per_poll = 1,
                   .interval = 10min,
                   .lookback = 2h,
                   .labels = by_all,
                   .labels_may_go = true},
    collector_info{.name = "quota", .requests_per_poll = 1, .interval = 15min, .labels = {}},
    collector_info{.name = "names", .requests_per_poll = 3, .interval = 1h, .labels = {}},
};

}  // namespace

std::span<const key_info> all_keys() {
  return keys;
}

std::span<const collector_info> all_collectors() {
  return collectors;
}

const collector_info* find_collector(std::string_view name) {
  const auto* const found = std::ranges::find(collectors, name, &collector_info::name);
  return found == collectors.end() ? nullptr : found;
}

bool stands_in(const key_info& known, section where) {
  return known.where == where || (known.where == section::shared &&
                                  (where == section::defaults || where == section::operation));
}

bool takes(const collector_info& collector, key_id key) {
  switch (key) {
    case key_id::enabled:
    case key_id::interval:
      return true;
    case key_id::lookback:
      return collector.lookback.count() > 0;
    case key_id::codes_settle:
      return collector.codes_settle.count() > 0;
    case key_id::service_level_threshold:
      return collector.service_level_threshold.count() > 0;
    case key_id::labels:
      return !collector.labels.empty();
    case key_id::buckets:
      return collector.histogram;
    case key_id::exemplars:
      return collector.exemplars;
    default:
      return false;
  }
}

collector_settings built_in_settings(const collector_info& collector) {
  collector_settings settings;
  settings.interval = collector.interval;
  settings.lookback = collector.lookback;
  settings.codes_settle = collector.codes_settle;
  settings.service_level_threshold = collector.service_level_threshold;
  return settings;
}

}  // namespace wolkvox::config
