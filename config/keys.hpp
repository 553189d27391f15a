// Every key and every collector that the configuration file can name, in one table each: what a
// mistake is, and what was meant, comes from them. What a key says is read by operation_reader and
// collector_reader; config/wolkvox.example.yml explains it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/config.hpp"
#include "config/document.hpp"

namespace wolkvox::config {

enum class key_id : std::uint8_t {
  defaults,
  operations,
  name,
  server,
  base_url,
  token_file,
  token_env,
  licences,
  budget,
  reserve,
  proxy_url,
  proxy_username,
  proxy_password_file,
  tls,
  ca_file,
  currency,
  timeout,
  max_concurrent_requests,
  timezone,
  agent_names,
  people,
  series_limit,
  stale_after,
  retire_after,
  collectors,
  enabled,
  interval,
  lookback,
  codes_settle,
  service_level_threshold,
  labels,
  buckets,
  exemplars,
};

// Where keys stand. A key of `shared` stands in `defaults` and may be repeated in every operation.
enum class section : std::uint8_t { root, defaults, operation, shared, budget, tls, collector };

struct key_info {
  key_id id;
  std::string_view name;
  section where;
  node_kind kind;
};

// One collector: its interval and the keys that it knows. A duration of 0 means: no such key.
struct collector_info {
  std::string_view name;
  std::uint32_t requests_per_poll;
  std::chrono::milliseconds interval;
  std::chrono::milliseconds lookback{};
  std::chrono::milliseconds codes_settle{};
  std::chrono::milliseconds service_level_threshold{};
  std::span<const std::string_view> labels;  // the pairs that its series carry
  bool labels_may_go = false;                // its series add up without them
  bool histogram = false;
  bool exemplars = false;  // its histogram can name calls
};

std::span<const key_info> all_keys();
std::span<const collector_info> all_collectors();

const collector_info* find_collector(std::string_view name);

// Whether `known` may stand in `where`; for section::collector see takes().
bool stands_in(const key_info& known, section where);
// Whether the collector knows this key of section::collector.
bool takes(const collector_info& collector, key_id key);
// What a collector does when the file says nothing.
collector_settings built_in_settings(const collector_info& collector);

}  // namespace wolkvox::config
