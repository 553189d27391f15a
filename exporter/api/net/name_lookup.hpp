// Host name to addresses without holding anybody up: getaddrinfo blocks, sometimes for half a
// minute, and cannot be cancelled. It runs on a thread of its own that owns all it touches; who
// asked may stop waiting at any time, and the event loop may end while the thread is still in
// there.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wolkvox::api {

using addresses = std::vector<boost::asio::ip::tcp::endpoint>;

// Blocks; called on any thread.
using resolve_function = std::function<std::expected<addresses, boost::system::error_code>(
    const std::string& host, std::uint16_t port)>;

// The system's resolver.
std::expected<addresses, boost::system::error_code> resolve_by_system(const std::string& host,
                                                                      std::uint16_t port);

// The lookups of one host; used on the event loop. At most one call is under way, those who come
// meanwhile share it.
class name_lookup {
 public:
  name_lookup(boost::asio::any_io_executor loop, std::string host, std::uint16_t port,
              resolve_function resolve);
  name_lookup(const name_lookup&) = delete;
  name_lookup& operator=(const name_lookup&) = delete;
  ~name_lookup();

  // asio::error::timed_out at `until`, operation_aborted when cancelled.
  boost::asio::awaitable<std::expected<addresses, boost::system::error_code>> find(
      std::chrono::steady_clock::time_point until);

 private:
  struct call;
  std::shared_ptr<call> begin();

  boost::asio::any_io_executor loop_;
  std::string host_;
  std::uint16_t port_;
  resolve_function resolve_;
  std::shared_ptr<call> under_way_;
};

}  // namespace wolkvox::api
