// A connection without TLS.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <utility>

#include "exporter/web/byte_stream.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

class plain_stream final : public byte_stream {
 public:
  explicit plain_stream(asio::generic::stream_protocol::socket socket)
      : stream_(std::move(socket)) {}

  asio::awaitable<error_code> begin() override { co_return error_code{}; }

  asio::awaitable<transfer> read_some(asio::mutable_buffer room) override {
    const auto [error, bytes] = co_await stream_.async_read_some(room, as_result);
    co_return transfer{error, bytes};
  }

  asio::awaitable<transfer> write_some(std::span<const asio::const_buffer> pieces) override {
    const auto [error, bytes] = co_await stream_.async_write_some(pieces, as_result);
    co_return transfer{error, bytes};
  }

  asio::awaitable<error_code> end() override {
    error_code error;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, error);
    co_return error;
  }

  void expires_at(clock::time_point when) override { stream_.expires_at(when); }
  void expires_never() override { stream_.expires_never(); }
  void close() override { stream_.close(); }

 private:
  boost::beast::basic_stream<asio::generic::stream_protocol, asio::any_io_executor> stream_;
};

}  // namespace

std::unique_ptr<byte_stream> make_plain_stream(asio::generic::stream_protocol::socket socket) {
  return std::make_unique<plain_stream>(std::move(socket));
}

}  // namespace wolkvox::web
