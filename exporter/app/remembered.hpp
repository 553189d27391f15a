// What operations take up from the ledger: read for all of them before a start or a reload changes
// anything, so that what cannot be read leaves everything as it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "metrics/ledger/ledger.hpp"

namespace wolkvox::app {

struct remembered {
  metrics::operation_state state;
  std::string day;                                             // the platform's, of the spending
  std::map<std::string, std::uint64_t, std::less<>> spending;  // requests by collector
};

using remembered_operations = std::map<std::string, remembered, std::less<>>;

// The day of an operation's zone, which its requests are counted by.
std::string spending_day(const config::operation& settings, std::chrono::sys_seconds now);

struct wanted_operation {
  std::shared_ptr<const config::operation> settings;
  std::chrono::sys_seconds now;  // its platform's time
};

// On the ledger's thread. All of them, or the failure.
std::expected<remembered_operations, metrics::ledger_error> remember(
    metrics::ledger& ledger, const std::vector<wanted_operation>& operations);

}  // namespace wolkvox::app
