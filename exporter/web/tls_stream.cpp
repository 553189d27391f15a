// A connection through TLS: the one place of the web server that instantiates Asio's TLS.
#include <openssl/ssl.h>

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
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

  std::string_view certificate_fault() const override {
    // Asked of a stream that is not const alone.
    const auto verdict = SSL_get_verify_result(const_cast<ssl_stream&>(stream_).native_handle());
    return verdict == X509_V_OK ? std::string_view{} : X509_verify_cert_error_string(verdict);
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
  using ssl_stream = boost::beast::ssl_stream<socket_stream>;

  std::shared_ptr<tls_context> context_;  // first: the stream refers to it
  ssl_stream stream_;
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

namespace {

handshake_fault fault_of_reason(int reason) {
  switch (reason) {
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
      return handshake_fault::plain_http;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_UNKNOWN_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_INAPPROPRIATE_FALLBACK:
    case SSL_R_BAD_PROTOCOL_VERSION_NUMBER:
      return handshake_fault::protocol;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_CIPHERS_SPECIFIED:
      return handshake_fault::cipher;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return handshake_fault::client_certificate;
    default:
      return reason > SSL_AD_REASON_OFFSET ? handshake_fault::alert : handshake_fault::other;
  }
}

}  // namespace

handshake_fault fault_of(const error_code& failure) {
  if (failure.category() == asio::error::get_ssl_category()) {
    return fault_of_reason(ERR_GET_REASON(static_cast<unsigned long>(failure.value())));
  }
  if (failure == boost::beast::error::timeout) {
    return handshake_fault::timeout;
  }
  const bool went = failure == asio::error::eof || failure == asio::error::connection_reset ||
                    failure == asio::error::broken_pipe || failure == ssl::error::stream_truncated;
  return went ? handshake_fault::closed : handshake_fault::other;
}

bool is_tls_refusal(const error_code& failure) {
  return failure.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(failure.value())) > SSL_AD_REASON_OFFSET;
}

}  // namespace wolkvox::web
