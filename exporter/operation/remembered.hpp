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
#include "exporter/collectors/collector.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"

namespace wolkvox::operation {

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

// What the ledger may keep of the people of an operation, and how its records are hashed.
collectors::privacy people_of(const config::operation& settings,
                              const metrics::hash_key_bytes& key);
// The strictest of them: what holds for operations that are configured no more, whose own settings
// nobody knows.
const config::operation* strictest(const std::vector<const config::operation*>& configured);

struct wanted_state {
  std::vector<wanted_operation> operations;
  std::vector<std::shared_ptr<const config::operation>> going_on;
  metrics::hash_key_bytes key{};
};

struct recollection {
  remembered_operations operations;
  std::vector<std::string> erased;  // operations of which names or ids of agents were kept
};

// On the ledger's thread. All of them, or the failure, which leaves the ledger as it was. What may
// not be kept of agents, of these operations and of those that are configured no more, is erased.
std::expected<recollection, metrics::ledger_error> remember(metrics::ledger& ledger,
                                                            const wanted_state& wanted);

}  // namespace wolkvox::operation
