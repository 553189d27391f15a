// What an operation tells of itself, for whoever shows it. Plain facts; no secrets, no personal
// data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wolkvox::operation {

using std::chrono::sys_seconds;

struct collector_status {
  std::string name;
  bool up = false;
  bool tried = false;
  std::optional<sys_seconds> last_attempt, last_success, next_poll, window_end;
  std::optional<sys_seconds> newest_row;   // date of the newest row that a report has brought
  std::chrono::milliseconds interval{};    // in force
  std::chrono::milliseconds duration{};    // of the last poll
  std::string last_error;                  // fit for people
  std::string suspicion;                   // "" or why its dates, zone and clock cannot be right
  std::chrono::seconds history_to_read{};  // beyond what is read again and again anyway
};

struct operation_status {
  std::string name;
  std::string server;  // host, without path or token
  std::string timezone;
  std::optional<std::int64_t> budget_remaining, quota_limit, quota_used;
  std::vector<collector_status> collectors;
};

}  // namespace wolkvox::operation
