// The configuration as plain structs (contract section 2). Made by load.hpp, immutable afterwards:
// a reload builds a new one. Safe to share between threads as shared_ptr<const config>.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wolkvox::config {

// What the label `agent` holds.
enum class agent_names : std::uint8_t { show, hash, hide };

// Whether series tell agents apart, or nothing of any agent leaves the process or is written.
enum class people : std::uint8_t { each, team };

// Which of the label pairs a collector's series carry (`labels: [...]`; all by default).
struct label_choice {
  bool agent = true;
  bool skill = true;
  bool campaign = true;
  friend bool operator==(const label_choice&, const label_choice&) = default;
};

// One collector of one operation. Fields that a collector has no use for keep their defaults;
// the reader refuses keys that the collector does not know.
struct collector_settings {
  bool enabled = true;
  std::chrono::milliseconds interval{};
  std::chrono::milliseconds lookback{};      // abandoned_calls, calls, cdr
  std::chrono::milliseconds codes_settle{};  // calls: codes count when the row is this old
  std::chrono::milliseconds service_level_threshold{};  // skills: services_time
  label_choice labels;
  std::vector<double> buckets;  // upper bounds in seconds; empty: the family's own
  bool exemplars = false;       // abandoned_calls: buckets name calls by their conn_id
  friend bool operator==(const collector_settings&, const collector_settings&) = default;
};

// An absolute http or https address, already taken apart and checked: no user info, query or
// fragment.
struct endpoint {
  bool tls = true;
  std::string host;  // without brackets
  std::uint16_t port = 443;
  std::string path = "/";  // ends in '/'
  friend bool operator==(const endpoint&, const endpoint&) = default;
};

// Where the token comes from; exactly one is set. The token itself is read by the exporter, never
// kept here.
struct token_source {
  std::filesystem::path file;
  std::string environment;
  friend bool operator==(const token_source&, const token_source&) = default;
};

struct operation {
  std::string name;           // label `operation`
  endpoint base;              // from `server` or `base_url`
  std::string server_number;  // "0042" where `server` was given: the optional header wolkvox_server
  token_source token;
  std::uint32_t licences = 0;   // daily quota = 1000 x licences (wolkvox-api.md 3.1); 0: not given
  double reserve_ratio = 0.10;  // share of the daily quota that the exporter never spends
  std::optional<endpoint> proxy;  // http proxy, CONNECT for https
  // With which the proxy is asked; both or neither, and only with a proxy. The password itself is
  // read by the exporter, never kept here.
  std::string proxy_username;
  std::filesystem::path proxy_password_file;
  std::optional<std::filesystem::path> ca_file;
  std::string currency;  // label of wolkvox_cdr_cost_total; "" when not given

  std::chrono::milliseconds timeout{std::chrono::seconds{60}};
  std::uint32_t max_concurrent_requests = 1;  // 1 or 2
  std::string timezone = "America/Bogota";    // IANA name, known to exist
  agent_names names = agent_names::show;
  people who = people::each;
  std::uint64_t series_limit = 200'000;  // per collector
  std::uint32_t stale_after = 3;         // missed polls
  // Ledger series of who is in no roster and stood still so long are not shown; 0: never.
  std::chrono::milliseconds retire_after = std::chrono::days{90};

  std::map<std::string, collector_settings, std::less<>> collectors;  // every collector, by name

  friend bool operator==(const operation&, const operation&) = default;
};

struct config {
  std::vector<operation> operations;  // at least one; names unique
  friend bool operator==(const config&, const config&) = default;
};

}  // namespace wolkvox::config
