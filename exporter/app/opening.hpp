// Opens what the program needs before it can run: configuration, web configuration, ledger.
#pragma once

#include <chrono>
#include <expected>
#include <memory>

#include "config/config.hpp"
#include "exporter/app/options.hpp"
#include "exporter/web/guard.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"

namespace wolkvox::app {

// Exit status (contract section 1).
inline constexpr int done = 0;
inline constexpr int failed_while_running = 1;
inline constexpr int bad_configuration = 2;

struct opened {
  config::config configuration;
  std::shared_ptr<web::guard> guard;  // null without a web configuration
  std::unique_ptr<metrics::ledger> ledger;
  metrics::hash_key_bytes key{};
  std::chrono::milliseconds first_showing{};  // metrics::accumulated::first_showing, but in tests
};

// Where something cannot be opened, that is told, and the exit status is the error.
std::expected<opened, int> open_all(const options& chosen);

}  // namespace wolkvox::app
