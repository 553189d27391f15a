#include "exporter/app/chores.hpp"

#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include "exporter/threads/offload.hpp"

namespace wolkvox::app {

namespace asio = boost::asio;

namespace {

// How often the size of the ledger is looked at.
constexpr std::chrono::seconds size_interval{15};

std::optional<std::uintmax_t> size_of(const std::filesystem::path& file) {
  std::error_code failed;
  const auto bytes = std::filesystem::file_size(file, failed);
  return failed ? std::nullopt : std::optional{bytes};
}

}  // namespace

asio::awaitable<void> show_life(const service_manager& manager) {
  const auto patience = watchdog_patience(::getenv, ::getpid());
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (patience) {
    manager.alive();
    timer.expires_after(*patience / 3);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

asio::awaitable<void> watch_ledger_size(asio::any_io_executor ledger_thread,
                                        std::filesystem::path directory,
                                        metrics::self_metrics& self) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    const auto size = co_await threads::offload(
        ledger_thread, [file = directory / "ledger.db"] { return size_of(file); });
    if (size) {
      self.gauge(metrics::family_id::ledger_size_bytes, {}).set(static_cast<double>(*size));
    }
    timer.expires_after(size_interval);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace wolkvox::app
