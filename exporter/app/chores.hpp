// What the program does beside polling and serving, for as long as it runs.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "exporter/app/service_manager.hpp"
#include "metrics/exposition/self_metrics.hpp"

namespace wolkvox::app {

// From the event loop: where that is stuck, systemd misses it and starts the exporter anew.
boost::asio::awaitable<void> show_life(const service_manager& manager);

// On the ledger's thread: a file system that hangs must not hold up a scrape.
boost::asio::awaitable<void> watch_ledger_size(boost::asio::any_io_executor ledger_thread,
                                               std::filesystem::path directory,
                                               metrics::self_metrics& self);

}  // namespace wolkvox::app
