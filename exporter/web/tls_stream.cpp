// A connection through TLS: the one place of the web server that instantiates Asio's TLS.
#include <openssl/ssl.h>

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <string_view>
#include <utility>

#include "exporter/web/socket_stream.hpp"
#include "exporter/web/tls_settings.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

// What Go's server says to a client that forgot the s of https.
constexpr std::string_view plain_refusal =
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

bool is_plain_http(const error_code& failure) {
  return failure.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(failure.value())) == SSL_R_HTTP_REQUEST;
}

class tls_stream final : public byte_stream {
 public:
  tls_stream(asio::generic::stream_protocol::socket socket, std::shared_ptr<tls_context> context,
             ssl::stream_base::handshake_type side)
      : context_(std::move(context)),
        stream_(socket_stream(std::move(socket)), context_->library),
        side_(side) {}

  asio::awaitable<error_code> begin() override {
    const auto [failure] = co_await stream_.async_handshake(side_, as_result);
    if (is_plain_http(failure)) {
      co_await asio::async_write(stream_.next_layer(), asio::buffer(plain_refusal), as_result);
    }
    co_return failure;
  }

  asio::awaitable<transfer> read_some(asio::mutable_buffer room) override {
    const auto [error, bytes] = co_await stream_.async_read_some(room, as_result);
    co_return transfer{error, bytes};
  }

  asio::awaitable<transfer> write_some(std::span<const asio::const_buffer> pieces) override {
    const auto [error, bytes] = co_await stream_.async_write_some(pieces, as_result);
    co_return transfer{error, bytes};
  }

  // Ends TLS too; where the peer goes on sending, that fails, and the socket is left to end.
  asio::awaitable<void> part(std::size_t most) override {
    co_await stream_.async_shutdown(as_result);
    co_await part_from(stream_.next_layer(), most);
  }

  void expires_at(clock::time_point when) override { stream_.next_layer().expires_at(when); }
  void expires_never() override { stream_.next_layer().expires_never(); }
  void close() override { stream_.next_layer().close(); }

 private:
  std::shared_ptr<tls_context> context_;  // first: the stream refers to it
  boost::beast::ssl_stream<socket_stream> stream_;
  ssl::stream_base::handshake_type side_;
};

}  // namespace

std::unique_ptr<byte_stream> make_tls_stream(asio::generic::stream_protocol::socket socket,
                                             std::shared_ptr<tls_context> context) {
  return std::make_unique<tls_stream>(std::move(socket), std::move(context),
                                      ssl::stream_base::server);
}

std::unique_ptr<byte_stream> make_tls_probe(asio::generic::stream_protocol::socket socket) {
  auto trusting = std::make_shared<tls_context>();
  trusting->library = ssl::context(ssl::context::tls_client);
  return std::make_unique<tls_stream>(std::move(socket), std::move(trusting),
                                      ssl::stream_base::client);
}

bool is_tls_refusal(const error_code& failure) {
  return failure.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(failure.value())) > SSL_AD_REASON_OFFSET;
}

}  // namespace wolkvox::web
