// The bytes of one connection, plain or through TLS. The two differ here and nowhere else, and
// Asio's TLS is compiled in one file (design decision 12). Internal to the server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace wolkvox::web {

class byte_stream {
 public:
  using clock = std::chrono::steady_clock;
  struct transfer {
    boost::system::error_code error;
    std::size_t bytes = 0;
  };

  byte_stream() = default;
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;
  virtual ~byte_stream() = default;

  // Before anything is read or written: the handshake, where there is one.
  virtual boost::asio::awaitable<boost::system::error_code> begin() = 0;
  // What is wrong with the peer's certificate, where that made begin() fail; else "".
  virtual std::string_view certificate_fault() const { return {}; }
  virtual boost::asio::awaitable<transfer> read_some(boost::asio::mutable_buffer room) = 0;
  // The pieces' list may go when the call returns its awaitable's result, not before.
  virtual boost::asio::awaitable<transfer> write_some(
      std::span<const boost::asio::const_buffer> pieces) = 0;
  // Tells the peer that nothing more comes, and throws away up to `most` bytes that it still sends:
  // so it reads the last answer before the connection goes.
  virtual boost::asio::awaitable<void> part(std::size_t most) = 0;
  // When what is under way, and what follows, fails.
  virtual void expires_at(clock::time_point when) = 0;
  void expires_after(clock::duration patience) { expires_at(clock::now() + patience); }
  virtual void expires_never() = 0;
  // Ends at once whatever is under way.
  virtual void close() = 0;
};

std::unique_ptr<byte_stream> make_plain_stream(
    boost::asio::generic::stream_protocol::socket socket);

}  // namespace wolkvox::web
