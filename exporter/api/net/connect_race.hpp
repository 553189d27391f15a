// Connects to the first of several addresses that answers: each is given a moment before the next
// is tried beside it (RFC 8305, 5), so that one which drops packets costs a moment and not the
// whole timeout. Event-loop thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <expected>

#include "exporter/api/net/name_lookup.hpp"

namespace wolkvox::api {

struct race_terms {
  std::chrono::steady_clock::duration head_start;
  std::chrono::steady_clock::time_point until;
};

// The socket is connected. asio::error::timed_out at `until`; the first address's error where all
// refuse. Cancellable.
boost::asio::awaitable<std::expected<boost::asio::ip::tcp::socket, boost::system::error_code>>
connect_first(boost::asio::any_io_executor loop, addresses where, race_terms terms);

// Puts `preferred` first, where it is among them.
addresses with_first(addresses where, const boost::asio::ip::tcp::endpoint& preferred);

}  // namespace wolkvox::api
