// The transport over Beast and OpenSSL: the one place that instantiates HTTP over TLS (design
// decision 12). Keeps connections for reuse; a kept one that the peer closed meanwhile is replaced
// once, silently.
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <utility>

#include "config/token.hpp"
#include "exporter/api/net/beast_response.hpp"
#include "exporter/api/net/connect_race.hpp"
#include "exporter/api/net/trust.hpp"
#include "exporter/threads/lone_thread.hpp"

namespace wolkvox::api {

namespace {

bool is_numeric(const std::string& host) {
  error_code failure;
  asio::ip::make_address(host, failure);
  return !failure;
}

// "host:port" of a Host header, a CONNECT target or an absolute address; the port unless it is the
// scheme's own.
std::string authority(const config::endpoint& of, bool always_port) {
  const auto name = of.host.find(':') == std::string::npos ? of.host : fmt::format("[{}]", of.host);
  const std::uint16_t usual = of.tls ? 443 : 80;
  return of.port == usual && !always_port ? name : fmt::format("{}:{}", name, of.port);
}

// What a peer does to a connection that it kept for too long.
bool is_stale(const error_code& what) {
  return what == http::error::end_of_stream || what == asio::error::eof ||
         what == asio::error::connection_reset || what == asio::error::broken_pipe ||
         what == ssl::error::stream_truncated;
}

class beast_transport final : public transport {
 public:
  explicit beast_transport(transport_settings settings)
      : settings_(std::move(settings)),
        first_hop_(settings_.proxy.value_or(settings_.base)),
        route_(settings_.proxy ? route::proxy : route::direct),
        lookup_(settings_.loop, first_hop_.host, first_hop_.port, settings_.resolve),
        kept_(std::make_shared<shelf>(settings_.kept_connections, settings_.longest_idle)),
        files_(settings_.loop) {
    if (settings_.proxy && settings_.proxy->tls) {
      throw std::runtime_error("a proxy is spoken to in plain http: proxy_url cannot be https");
    }
  }

  asio::awaitable<outcome<std::unique_ptr<response>>> send(
      request what, deadline until,
      std::optional<std::chrono::steady_clock::time_point>& sent) override {
    if (const auto allowed = co_await read_password(); !allowed) {
      co_return std::unexpected(allowed.error());
    }
    const auto message = make_message(what);
    if (auto line = kept_->take()) {
      auto answer = std::make_unique<beast_response>(std::move(line), kept_, until);
      sent = std::chrono::steady_clock::now();
      const auto started = co_await answer->start(message);
      // 408: the server gave this connection up before the request came (RFC 9110, 15.5.9).
      if (started && !answer->is_request_timeout()) {
        co_return std::move(answer);
      }
      if (!started && (!started.error().untouched || !is_stale(started.error().what))) {
        co_return std::unexpected(explain(started.error().where, route_, started.error().what));
      }
    }
    sent.reset();
    auto opened = co_await open(until);
    if (!opened) {
      co_return std::unexpected(std::move(opened.error()));
    }
    auto answer = std::make_unique<beast_response>(std::move(*opened), kept_, until);
    sent = std::chrono::steady_clock::now();
    const auto started = co_await answer->start(message);
    if (!started) {
      co_return std::unexpected(explain(started.error().where, route_, started.error().what));
    }
    co_return std::move(answer);
  }

  void close() override {
    kept_->close();
    files_.close();
  }

 private:
  http_request make_message(const request& what) const {
    const bool absolute = settings_.proxy && !settings_.base.tls;
    const auto host = authority(settings_.base, false);
    http_request message(http::verb::get, absolute ? "http://" + host + what.target : what.target,
                         11);
    message.set(http::field::host, host);
    for (const auto& field : what.headers) {
      message.set(field.name, field.value);
    }
    if (absolute && !settings_.proxy_username.empty()) {
      message.set(http::field::proxy_authorization, proxy_credentials());
    }
    return message;
  }

  // Basic, the one scheme that needs no answer first (RFC 7617).
  std::string proxy_credentials() const {
    const auto pair = fmt::format("{}:{}", settings_.proxy_username, proxy_password_.reveal());
    std::string coded(beast::detail::base64::encoded_size(pair.size()), '\0');
    coded.resize(beast::detail::base64::encode(coded.data(), pair.data(), pair.size()));
    return "Basic " + coded;
  }

  // Before each request, as the token is: a file that was replaced counts from then on. While its
  // file system hangs, what it said last serves.
  asio::awaitable<outcome<void>> read_password() {
    constexpr std::chrono::milliseconds patience{250};
    if (settings_.proxy_username.empty()) {
      co_return outcome<void>{};
    }
    auto password = co_await files_.run(
        [file = settings_.proxy_password_file] { return config::read_proxy_password(file); },
        std::chrono::steady_clock::now() + patience);
    if (password && !*password) {
      co_return std::unexpected(transport_failure{.kind = error_kind::connect,
                                                  .detail = std::move(password->error()),
                                                  .advice = "check proxy_password_file"});
    }
    if (password) {
      proxy_password_ = std::move(**password);
    }
    co_return outcome<void>{};
  }

  // Read with the first connection that needs it, and again where that failed.
  asio::awaitable<outcome<ssl::context*>> take_trust(deadline until) {
    if (!trust_) {
      auto made =
          co_await files_.run([file = settings_.ca_file] { return make_trust(file); }, until);
      if (!made) {
        co_return std::unexpected(explain(step::handshake, route_, beast::error::timeout));
      }
      if (!*made) {
        co_return std::unexpected(std::move(made->error()));
      }
      trust_ = std::move(**made);
    }
    co_return &*trust_;
  }

  asio::awaitable<outcome<std::unique_ptr<connection>>> open(deadline until) {
    const auto found = co_await lookup_.find(until);
    if (!found) {
      co_return std::unexpected(explain(step::resolve, route_, found.error()));
    }
    auto line = std::unique_ptr<connection>{};
    if (!settings_.base.tls) {
      line = std::make_unique<connection>(settings_.loop);
    } else if (auto trusted = co_await take_trust(until); trusted) {
      line = std::make_unique<connection>(settings_.loop, **trusted);
    } else {
      co_return std::unexpected(std::move(trusted.error()));
    }
    auto reached = co_await connect_first(settings_.loop, with_first(*found, last_reached_),
                                          {.head_start = settings_.head_start, .until = until});
    if (!reached) {
      const bool is_late = std::chrono::steady_clock::now() >= until;
      co_return std::unexpected(
          explain(step::connect, route_, is_late ? beast::error::timeout : reached.error()));
    }
    error_code unknown;
    last_reached_ = reached->remote_endpoint(unknown);
    line->tcp().socket() = std::move(*reached);
    error_code ignored;  // a matter of speed only
    line->tcp().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    if (settings_.base.tls) {
      auto secured = co_await secure(*line, until);
      if (!secured) {
        co_return std::unexpected(std::move(secured.error()));
      }
    }
    co_return std::move(line);
  }

  asio::awaitable<outcome<void>> secure(connection& line, deadline until) {
    if (settings_.proxy) {
      auto through = co_await ask_for_tunnel(line, until);
      if (!through) {
        co_return through;
      }
    }
    auto* const native = line.tls().native_handle();
    // Both calls copy the name; they fail only without memory, and then the handshake must not go
    // on unchecked. The second is SSL_set_tlsext_host_name, whose C cast warnings would not pass.
    auto host = settings_.base.host;
    SSL_set_hostflags(native, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool expects_host =
        is_numeric(host) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native), host.c_str()) == 1
                         : SSL_set1_host(native, host.c_str()) == 1 &&
                               SSL_ctrl(native, SSL_CTRL_SET_TLSEXT_HOSTNAME,
                                        TLSEXT_NAMETYPE_host_name, host.data()) == 1;
    if (!expects_host) {
      throw std::bad_alloc();
    }
    line.tcp().expires_at(until);
    const auto [failure] = co_await line.tls().async_handshake(ssl::stream_base::client, as_result);
    if (failure) {
      co_return std::unexpected(explain_handshake(failure, SSL_get_verify_result(native)));
    }
    co_return outcome<void>{};
  }

  asio::awaitable<outcome<void>> ask_for_tunnel(connection& line, deadline until) {
    const auto where = authority(settings_.base, true);
    http_request message(http::verb::connect, where, 11);
    message.set(http::field::host, where);
    if (!settings_.proxy_username.empty()) {
      message.set(http::field::proxy_authorization, proxy_credentials());
    }
    line.tcp().expires_at(until);
    const auto [write_failure, written] =
        co_await http::async_write(line.tcp(), message, as_result);
    if (write_failure) {
      co_return std::unexpected(explain(step::tunnel, route_, write_failure));
    }
    unsigned status = 0;
    for (int said = 0; status / 100 <= 1 && said < most_interim; ++said) {
      http::response_parser<http::empty_body> parser;
      parser.header_limit(header_limit);
      parser.skip(true);  // an answer to CONNECT has no body
      const auto [read_failure, taken] =
          co_await http::async_read_header(line.tcp(), line.buffer(), parser, as_result);
      if (read_failure) {
        co_return std::unexpected(explain(step::tunnel, route_, read_failure));
      }
      status = parser.get().result_int();
    }
    if (status / 100 != 2) {
      constexpr unsigned wants_password = 407;
      co_return std::unexpected(transport_failure{
          .kind = error_kind::connect,
          .detail = fmt::format("the proxy refuses the tunnel: {}", status),
          .advice = status == wants_password ? "check proxy_username and proxy_password_file"
                                             : "check proxy_url and what the proxy allows"});
    }
    co_return outcome<void>{};
  }

  transport_settings settings_;
  config::endpoint first_hop_;
  route route_;
  secret proxy_password_;
  std::optional<ssl::context> trust_;     // where the API speaks TLS
  asio::ip::tcp::endpoint last_reached_;  // tried first
  name_lookup lookup_;
  std::shared_ptr<shelf> kept_;
  threads::lone_thread files_;  // reads what may hang
};

}  // namespace

std::unique_ptr<transport> make_beast_transport(transport_settings settings) {
  return std::make_unique<beast_transport>(std::move(settings));
}

}  // namespace wolkvox::api
