// What the web server shows, supplied by the program: pages and facts, never collectors. Every
// function answers from memory, on the event-loop thread, and at once: only metrics() may wait, and
// only for a form of what is in memory.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/exposition/form.hpp"
#include "metrics/exposition/page.hpp"

namespace wolkvox::web {

using std::chrono::sys_seconds;

// A body as shared pieces: written with one gather write, freed when the last reader is done.
using body = std::vector<std::shared_ptr<const std::string>>;

struct collector_status {
  std::string name;
  bool enabled = true;
  bool up = false;
  bool tried = false;
  std::optional<sys_seconds> last_attempt, last_success, next_poll, window_end;
  std::optional<sys_seconds> newest_row;  // date of the newest row that a report has brought
  std::chrono::milliseconds interval{};   // in force
  std::chrono::milliseconds duration{};   // of the last poll
  std::string last_error;                 // fit for people; no secrets, no personal data
  std::string suspicion;                  // "" or why its dates, zone and clock cannot all be right
  std::string catching_up;                // "" or "57h of history left to read"
};

struct operation_status {
  std::string name;
  std::string server;  // host, without path or token
  std::string timezone;
  std::optional<std::int64_t> budget_remaining, quota_limit, quota_used;
  std::vector<collector_status> collectors;
};

struct program_status {
  std::string version;
  std::string documentation;  // address of the documentation; "" shows no link
  sys_seconds started{}, now{};
  std::vector<operation_status> operations;
  std::uint64_t series = 0;  // on /metrics, without the exporter's own
};

struct site {
  std::function<boost::asio::awaitable<body>(metrics::page_filter, metrics::form)> metrics;
  std::function<program_status()> status;
  std::function<bool()> ready;
  std::function<bool(std::string_view)> knows_operation = [](std::string_view) { return true; };
};

}  // namespace wolkvox::web
