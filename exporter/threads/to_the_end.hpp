// How work on a pool is awaited: to its end, a cancellation shows at the next await. Asio 1.26
// takes a cancellation to the other executor by a pointer into what is freed when the work ends
// meanwhile.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace wolkvox::threads {

inline auto to_the_end() {
  return boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot{},
                                             boost::asio::use_awaitable);
}

}  // namespace wolkvox::threads
