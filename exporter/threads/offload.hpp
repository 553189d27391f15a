// Runs a piece of work on another executor and brings its result home: the one way from the event
// loop to the pool and back (design decision 7). The work is awaited to its end even when the
// caller is cancelled, so nothing that it refers to may be freed under it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <type_traits>
#include <utility>

#include "exporter/threads/to_the_end.hpp"

namespace wolkvox::threads {

// The result type must be default-constructible (a rule of co_spawn).
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> offload(boost::asio::any_io_executor executor,
                                                           Work work) {
  auto run = [](Work carried) -> boost::asio::awaitable<std::invoke_result_t<Work>> {
    co_return carried();
  };
  co_return co_await boost::asio::co_spawn(executor, run(std::move(work)), to_the_end());
}

}  // namespace wolkvox::threads
