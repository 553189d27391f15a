// The socket under a connection, with Beast's deadlines. Internal to the streams.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <cstddef>

namespace wolkvox::web {

inline constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

using socket_stream =
    boost::beast::basic_stream<boost::asio::generic::stream_protocol, boost::asio::any_io_executor>;

// Sends the end and reads to the peer's, or for `most` bytes. The owner awaits it.
inline boost::asio::awaitable<void> part_from(socket_stream& stream, std::size_t most) {
  boost::system::error_code gone;
  stream.socket().shutdown(boost::asio::socket_base::shutdown_send, gone);
  std::array<char, 4096> thrown_away;
  for (std::size_t total = 0; !gone && total < most;) {
    const auto [error, received] =
        co_await stream.async_read_some(boost::asio::buffer(thrown_away), as_result);
    gone = error;
    total += received;
  }
}

}  // namespace wolkvox::web
