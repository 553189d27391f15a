// A connection without TLS.
#include <utility>

#include "exporter/web/byte_stream.hpp"
#include "exporter/web/socket_stream.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

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

  asio::awaitable<void> part(std::size_t most) override { return part_from(stream_, most); }

  void expires_at(clock::time_point when) override { stream_.expires_at(when); }
  void expires_never() override { stream_.expires_never(); }
  void close() override { stream_.close(); }

 private:
  socket_stream stream_;
};

}  // namespace

std::unique_ptr<byte_stream> make_plain_stream(asio::generic::stream_protocol::socket socket) {
  return std::make_unique<plain_stream>(std::move(socket));
}

}  // namespace wolkvox::web
