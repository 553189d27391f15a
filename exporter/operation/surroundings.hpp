// What the operations of a program share, and what the parts of one operation stand on. All that is
// pointed to outlives them. Tests set the clocks, read the log and put fakes for client and ledger.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "config/config.hpp"
#include "exporter/api/net/client.hpp"
#include "exporter/collectors/collector.hpp"
#include "exporter/logging/logger.hpp"
#include "exporter/poll/schedule.hpp"
#include "metrics/accumulated.hpp"
#include "metrics/exposition/page_store.hpp"
#include "metrics/exposition/self_metrics.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/ledger/sqlite_ledger.hpp"

namespace wolkvox::operation {

using poll::steady_time;
using std::chrono::sys_seconds;

struct surroundings {
  boost::asio::any_io_executor loop;
  boost::asio::any_io_executor pool;           // decoding and encoding
  boost::asio::any_io_executor ledger_thread;  // one thread: the ledger and what accumulates
  metrics::ledger* ledger = nullptr;           // touched on ledger_thread only
  metrics::page_store* pages = nullptr;
  metrics::self_metrics* self = nullptr;
  std::function<std::unique_ptr<api::client>(api::client_settings)> connect{};
  metrics::created_samples created = metrics::created_samples::left_out;  // in OpenMetrics
  metrics::hash_key_bytes hash_key{};
  std::chrono::milliseconds first_showing = metrics::accumulated::first_showing;
  logging::logger log{};
  std::function<steady_time()> steady = &std::chrono::steady_clock::now;
  std::function<sys_seconds()> wall = [] {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  };
};

// One operation's own.
struct basis {
  basis(surroundings all, std::shared_ptr<const config::operation> how);

  surroundings around;
  // A reload replaces them where collectors' settings alone differ.
  std::shared_ptr<const config::operation> settings;
  const date::time_zone* zone;
  std::shared_ptr<const collectors::privacy> people;
  logging::logger log;  // of the operation

  const std::string& name() const { return settings->name; }
  steady_time now() const { return around.steady(); }
  sys_seconds wall() const { return around.wall(); }
};

}  // namespace wolkvox::operation
