#include "exporter/api/net/name_lookup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace wolkvox::api {

namespace asio = boost::asio;

using found = std::expected<addresses, boost::system::error_code>;

std::expected<addresses, boost::system::error_code> resolve_by_system(const std::string& host,
                                                                      std::uint16_t port) {
  asio::io_context own;
  asio::ip::tcp::resolver resolver(own);
  boost::system::error_code failure;
  const auto results = resolver.resolve(host, std::to_string(port), failure);
  if (failure) {
    return std::unexpected(failure);
  }
  return addresses(results.begin(), results.end());
}

// Shared by the thread in the resolver and those who wait for it.
struct name_lookup::call : std::enable_shared_from_this<call> {
  explicit call(asio::any_io_executor home) : loop(std::move(home)) {}

  // On the resolver's thread. The lock spans the post: after abandon() the loop may be gone.
  void deliver(found value) {
    const std::lock_guard lock(guard);
    if (loop) {
      asio::post(*loop, [self = shared_from_this(), value = std::move(value)]() mutable {
        self->result = std::move(value);
        for (auto* waiter : self->waiters) {
          waiter->cancel();
        }
      });
      loop.reset();
    }
  }

  void abandon() {
    const std::lock_guard lock(guard);
    loop.reset();
  }

  std::set<asio::steady_timer*> waiters;  // on the loop, as is the result
  std::optional<found> result;

  std::mutex guard;
  std::optional<asio::any_io_executor> loop;  // under guard
};

name_lookup::name_lookup(asio::any_io_executor loop, std::string host, std::uint16_t port,
                         resolve_function resolve)
    : loop_(std::move(loop)), host_(std::move(host)), port_(port), resolve_(std::move(resolve)) {}

name_lookup::~name_lookup() {
  if (under_way_) {
    under_way_->abandon();
  }
}

std::shared_ptr<name_lookup::call> name_lookup::begin() {
  auto fresh = std::make_shared<call>(loop_);
  try {
    std::thread([fresh, resolve = resolve_, host = host_, port = port_] {
      fresh->deliver(resolve(host, port));
    }).detach();
  } catch (const std::system_error& no_thread) {
    fresh->result = std::unexpected(boost::system::error_code(no_thread.code()));
  }
  return fresh;
}

asio::awaitable<found> name_lookup::find(std::chrono::steady_clock::time_point until) {
  boost::system::error_code not_numeric;
  const auto address = asio::ip::make_address(host_, not_numeric);
  if (!not_numeric) {
    co_return addresses{{address, port_}};
  }
  if (!under_way_ || under_way_->result) {
    under_way_ = begin();
  }
  const auto shared = under_way_;
  if (shared->result) {
    co_return *shared->result;
  }
  asio::steady_timer patience(loop_, until);
  shared->waiters.insert(&patience);
  const auto [woken] = co_await patience.async_wait(asio::as_tuple(asio::use_awaitable));
  shared->waiters.erase(&patience);
  if (shared->result) {
    co_return *shared->result;
  }
  co_return std::unexpected(woken ? woken : make_error_code(asio::error::timed_out));
}

}  // namespace wolkvox::api
