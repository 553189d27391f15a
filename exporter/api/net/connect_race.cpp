#include "exporter/api/net/connect_race.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <memory>
#include <optional>
#include <utility>

namespace wolkvox::api {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using steady = std::chrono::steady_clock;

// Shared with the handlers of attempts, which may come when the race is over.
struct race : std::enable_shared_from_this<race> {
  explicit race(const asio::any_io_executor& on) : loop(on), bell(on) {}

  void begin(const tcp::endpoint& where) {
    auto& runner = runners.emplace_back(loop);
    ++running;
    runner.async_connect(where, [self = shared_from_this(), &runner](error_code failure) {
      self->ended(runner, failure);
    });
  }

  void ended(tcp::socket& runner, error_code failure) {
    --running;
    if (failure) {
      first_failure = first_failure.value_or(failure);
    } else if (!winner) {
      winner = &runner;
    }
    bell.cancel();
  }

  // Whoever is still on his way stops.
  void stop() {
    for (tcp::socket& each : runners) {
      if (&each != winner) {
        error_code ignored;
        each.close(ignored);
      }
    }
  }

  asio::any_io_executor loop;
  asio::steady_timer bell;
  std::list<tcp::socket> runners;  // addresses are stable
  std::size_t running = 0;
  tcp::socket* winner = nullptr;
  std::optional<error_code> first_failure;
};

// Ends the race where the one who waits for it is cancelled, too.
struct race_end {
  std::shared_ptr<race> of;
  explicit race_end(std::shared_ptr<race> which) : of(std::move(which)) {}
  race_end(const race_end&) = delete;
  race_end& operator=(const race_end&) = delete;
  ~race_end() { of->stop(); }
};

}  // namespace

asio::awaitable<std::expected<tcp::socket, error_code>> connect_first(asio::any_io_executor loop,
                                                                      addresses where,
                                                                      race_terms terms) {
  const auto shared = std::make_shared<race>(loop);
  const race_end end(shared);
  auto next = where.begin();
  auto next_start = steady::now();
  while (shared->winner == nullptr) {
    const auto now = steady::now();
    if (now >= terms.until) {
      co_return std::unexpected(error_code{asio::error::timed_out});
    }
    if (next != where.end() && (shared->running == 0 || now >= next_start)) {
      shared->begin(*next++);
      next_start = now + terms.head_start;
    }
    if (next == where.end() && shared->running == 0) {
      co_return std::unexpected(
          shared->first_failure.value_or(error_code{asio::error::host_not_found}));
    }
    shared->bell.expires_at(next == where.end() ? terms.until : std::min(terms.until, next_start));
    co_await shared->bell.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      co_return std::unexpected(error_code{asio::error::operation_aborted});
    }
  }
  co_return std::move(*shared->winner);
}

addresses with_first(addresses where, const tcp::endpoint& preferred) {
  const auto found = std::ranges::find(where, preferred);
  if (found != where.end()) {
    std::rotate(where.begin(), found, found + 1);
  }
  return where;
}

}  // namespace wolkvox::api
