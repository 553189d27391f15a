#include "exporter/api/net/network_errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

namespace wolkvox::api {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using testing::HasSubstr;

struct mapping {
  const char* name;
  step where;
  route over;
  error_code what;
  error_kind kind;
  const char* detail;
  const char* advice;  // a part of it; "" for none
};

class mappings : public testing::TestWithParam<mapping> {};

TEST_P(mappings, say_kind_detail_and_advice) {
  const auto& of = GetParam();
  const auto failure = explain(of.where, of.over, of.what);
  EXPECT_EQ(failure.kind, of.kind);
  EXPECT_THAT(failure.detail, HasSubstr(of.detail));
  EXPECT_THAT(failure.advice, HasSubstr(of.advice));
  EXPECT_EQ(failure.advice.empty(), std::string_view{of.advice}.empty());
}

const error_code ssl_failure(1, asio::error::get_ssl_category());

INSTANTIATE_TEST_SUITE_P(
    every, mappings,
    testing::Values(
        mapping{"unknown_name", step::resolve, route::direct, asio::error::host_not_found,
                error_kind::connect, "Host not found", "name servers"},
        mapping{"unknown_proxy", step::resolve, route::proxy, asio::error::host_not_found,
                error_kind::connect, "Host not found", "proxy_url"},
        mapping{"slow_name", step::resolve, route::direct, asio::error::timed_out,
                error_kind::timeout, "resolving", "name servers"},
        mapping{"refused", step::connect, route::direct, asio::error::connection_refused,
                error_kind::connect, "refused", "allow-list"},
        mapping{"unreachable", step::connect, route::direct, asio::error::network_unreachable,
                error_kind::connect, "unreachable", "allow-list"},
        mapping{"kernel_timeout", step::connect, route::direct, asio::error::timed_out,
                error_kind::connect, "timed out", "allow-list"},
        mapping{"our_timeout", step::connect, route::direct, boost::beast::error::timeout,
                error_kind::timeout, "connecting", "allow-list"},
        mapping{"proxy_refused", step::connect, route::proxy, asio::error::connection_refused,
                error_kind::connect, "refused", "proxy_url"},
        mapping{"reset_in_handshake", step::handshake, route::direct, asio::error::connection_reset,
                error_kind::connect, "TLS handshake", "allow-list"},
        mapping{"closed_in_handshake", step::handshake, route::direct,
                asio::ssl::error::stream_truncated, error_kind::connect, "closed by the peer",
                "allow-list"},
        mapping{"tls_alert", step::header, route::direct, ssl_failure, error_kind::tls,
                "waiting for the answer", "TLS 1.2"},
        mapping{"no_answer", step::header, route::direct, boost::beast::error::timeout,
                error_kind::timeout, "waiting for the answer", ""},
        mapping{"hung_up", step::header, route::direct, http::error::end_of_stream,
                error_kind::connect, "closed by the peer", ""},
        mapping{"cut", step::body, route::direct, http::error::partial_message, error_kind::connect,
                "reading the answer", ""},
        mapping{"not_http", step::header, route::direct, http::error::bad_version, error_kind::http,
                "not an HTTP answer", ""},
        mapping{"bad_chunk", step::body, route::direct, http::error::bad_chunk, error_kind::http,
                "not an HTTP answer", ""},
        mapping{"long_header", step::header, route::direct, http::error::header_limit,
                error_kind::http, "header is too long", ""},
        mapping{"stopped", step::body, route::direct, asio::error::operation_aborted,
                error_kind::cancelled, "stopped", ""}),
    [](const auto& of) { return of.param.name; });

TEST(explain_handshake, prefers_what_is_wrong_with_the_certificate) {
  const auto failure = explain_handshake(ssl_failure, X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(failure.kind, error_kind::tls);
  EXPECT_EQ(failure.detail, "certificate refused: certificate has expired");
  EXPECT_THAT(failure.advice, HasSubstr("tls.ca_file"));
}

TEST(explain_handshake, tells_other_failures_as_they_are) {
  EXPECT_THAT(explain_handshake(ssl_failure, X509_V_OK).advice, HasSubstr("TLS 1.2"));
  EXPECT_EQ(explain_handshake(asio::error::connection_reset, X509_V_OK).kind, error_kind::connect);
}

}  // namespace
}  // namespace wolkvox::api
