#include "exporter/api/net/network_errors.hpp"

#include <fmt/format.h>
#include <openssl/x509.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <string_view>
#include <utility>

namespace wolkvox::api {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

// A machine that is not on the list sees no HTTP answer at all (wolkvox-api.md 0.10).
constexpr std::string_view check_allow_list =
    "check that the server is right and that this machine's public address is on the wolkvox "
    "allow-list";
constexpr std::string_view check_proxy = "check proxy_url";
constexpr std::string_view check_name = "check server or base_url, and this machine's name servers";
constexpr std::string_view check_trust =
    "check the server's name and this machine's CA certificates, or name the issuer's in "
    "tls.ca_file";
constexpr std::string_view check_tls = "check that the server speaks TLS 1.2 or later on this port";

std::string_view doing(step where) {
  switch (where) {
    case step::resolve:
      return "resolving the name";
    case step::connect:
      return "connecting";
    case step::tunnel:
      return "asking the proxy for a tunnel";
    case step::handshake:
      return "TLS handshake";
    case step::request:
      return "sending the request";
    case step::header:
      return "waiting for the answer";
    case step::body:
      return "reading the answer";
  }
  return "exchange";
}

std::string_view advice(step where, route over) {
  switch (where) {
    case step::resolve:
      return over == route::proxy ? check_proxy : check_name;
    case step::connect:
      return over == route::proxy ? check_proxy : check_allow_list;
    case step::tunnel:
      return check_proxy;
    case step::handshake:
      return check_allow_list;
    case step::request:
    case step::header:
    case step::body:
      return "";
  }
  return "";
}

bool is_closed_by_peer(const error_code& what) {
  return what == asio::error::eof || what == http::error::end_of_stream ||
         what == http::error::partial_message || what == asio::ssl::error::stream_truncated;
}

transport_failure make(error_kind kind, std::string detail, std::string_view advice) {
  return {.kind = kind,
          .detail = std::move(detail),
          .advice = std::string{advice},
          .late_answer = false};
}

}  // namespace

transport_failure explain(step where, route over, const error_code& what) {
  if (what == asio::error::operation_aborted) {
    return make(error_kind::cancelled, "stopped", "");
  }
  if (what == beast::error::timeout || (where == step::resolve && what == asio::error::timed_out)) {
    auto late = make(error_kind::timeout, fmt::format("no answer in time ({})", doing(where)),
                     advice(where, over));
    late.late_answer = where == step::header || where == step::body;
    return late;
  }
  if (is_closed_by_peer(what)) {
    return make(error_kind::connect, fmt::format("{}: connection closed by the peer", doing(where)),
                advice(where, over));
  }
  if (what == http::error::header_limit || what == http::error::buffer_overflow) {
    return make(error_kind::http, "the answer's header is too long", "");
  }
  if (what.category() == http::make_error_code(http::error::bad_version).category()) {
    return make(error_kind::http, fmt::format("not an HTTP answer: {}", what.message()), "");
  }
  if (what.category() == asio::error::get_ssl_category()) {
    return make(error_kind::tls, fmt::format("{}: {}", doing(where), what.message()), check_tls);
  }
  return make(error_kind::connect, fmt::format("{}: {}", doing(where), what.message()),
              advice(where, over));
}

transport_failure explain_handshake(const error_code& what, long verify_result) {
  if (what.category() == asio::error::get_ssl_category() && verify_result != X509_V_OK) {
    return make(
        error_kind::tls,
        fmt::format("certificate refused: {}", X509_verify_cert_error_string(verify_result)),
        check_trust);
  }
  return explain(step::handshake, route::direct, what);
}

}  // namespace wolkvox::api
