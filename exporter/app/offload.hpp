// Runs a piece of work on another executor and brings its result home: the one way from the event
// loop to the pool and back (design decision 7). The work is awaited to its end even when the
// caller is cancelled, so nothing that it refers to may be freed under it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

namespace wolkvox::app {

// The result type must be default-constructible (a rule of co_spawn).
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> offload(boost::asio::any_io_executor executor,
                                                           Work work) {
  auto run = [](Work carried) -> boost::asio::awaitable<std::invoke_result_t<Work>> {
    co_return carried();
  };
  // Without a cancellation slot: Asio 1.26 takes a cancellation to the other executor by a pointer
  // into what is freed when the work ends meanwhile.
  co_return co_await boost::asio::co_spawn(
      executor, run(std::move(work)),
      boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot{},
                                          boost::asio::use_awaitable));
}

}  // namespace wolkvox::app
