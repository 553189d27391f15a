// The transport over Beast and OpenSSL: the one place that instantiates HTTP over TLS (design
// decision 12). Keeps connections for reuse; a kept one that the peer closed meanwhile is replaced
// once, silently.
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "exporter/api/net/network_errors.hpp"
#include "exporter/api/net/transport.hpp"
#include "exporter/api/net/trust.hpp"

namespace wolkvox::api {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::size_t buffer_limit =
    64 * 1024;  // also what one read from the socket brings at most

template <class Value>
using outcome = std::expected<Value, transport_failure>;
using http_request = http::request<http::empty_body>;

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

// One connection, plain or TLS, and what was read from it too far.
class connection {
 public:
  explicit connection(const asio::any_io_executor& loop) : stream_(beast::tcp_stream(loop)) {
    buffer_.reserve(buffer_limit);
  }
  connection(const asio::any_io_executor& loop, ssl::context& trust)
      : stream_(std::in_place_type<beast::ssl_stream<beast::tcp_stream>>, loop, trust) {
    buffer_.reserve(buffer_limit);
  }

  beast::tcp_stream& tcp() {
    auto* tls = std::get_if<beast::ssl_stream<beast::tcp_stream>>(&stream_);
    return tls != nullptr ? tls->next_layer() : std::get<beast::tcp_stream>(stream_);
  }
  beast::ssl_stream<beast::tcp_stream>& tls() {
    return std::get<beast::ssl_stream<beast::tcp_stream>>(stream_);
  }
  template <class Operation>
  auto with_stream(Operation operation) {
    return std::visit(operation, stream_);
  }
  beast::flat_buffer& buffer() { return buffer_; }

  // Nothing to read and not known to be closed. An end that is on its way shows only when it is
  // used.
  bool is_quiet() {
    error_code failure;
    const auto waiting = tcp().socket().available(failure);
    return !failure && waiting == 0 && buffer_.size() == 0;
  }

 private:
  std::variant<beast::tcp_stream, beast::ssl_stream<beast::tcp_stream>> stream_;
  beast::flat_buffer buffer_{buffer_limit};
};

// The connections that wait for their next request; newest used first. Answers outlive a transport
// at most as dead coroutine frames, hence shared.
class shelf {
 public:
  shelf(std::size_t places, std::chrono::steady_clock::duration longest_idle)
      : places_(places), longest_idle_(longest_idle) {}

  std::unique_ptr<connection> take() {
    while (!kept_.empty()) {
      auto last = std::move(kept_.back());
      kept_.pop_back();
      const auto idle = std::chrono::steady_clock::now() - last.since;
      if (idle < longest_idle_ && last.line->is_quiet()) {
        return std::move(last.line);
      }
    }
    return nullptr;
  }
  void keep(std::unique_ptr<connection> line) {
    if (!closed_ && kept_.size() < places_) {
      line->tcp().expires_never();
      kept_.push_back({std::move(line), std::chrono::steady_clock::now()});
    }
  }
  void close() {
    closed_ = true;
    kept_.clear();
  }

 private:
  struct idle_connection {
    std::unique_ptr<connection> line;
    std::chrono::steady_clock::time_point since;
  };
  std::size_t places_;
  std::chrono::steady_clock::duration longest_idle_;
  std::vector<idle_connection> kept_;
  bool closed_ = false;
};

class beast_response final : public response {
 public:
  beast_response(std::unique_ptr<connection> line, std::shared_ptr<shelf> home, deadline until)
      : line_(std::move(line)), home_(std::move(home)), until_(until) {
    parser_.header_limit(header_limit);
    parser_.body_limit(boost::none);  // the intake limits what it is given
  }

  // Sends and reads up to the header. `untouched` in the failure: no byte of an answer came.
  struct failed_start {
    error_code what;
    step where;
    bool untouched;
  };
  asio::awaitable<std::expected<void, failed_start>> start(const http_request& message) {
    sent_ = std::chrono::steady_clock::now();
    line_->tcp().expires_at(until_);
    const auto [write_failure, written] = co_await line_->with_stream(
        [&](auto& stream) { return http::async_write(stream, message, as_result); });
    if (write_failure) {
      co_return std::unexpected(failed_start{write_failure, step::request, true});
    }
    const auto [read_failure, taken] = co_await line_->with_stream([this](auto& stream) {
      return http::async_read_header(stream, line_->buffer(), parser_, as_result);
    });
    if (read_failure) {
      const bool untouched = !parser_.got_some() && line_->buffer().size() == 0;
      co_return std::unexpected(failed_start{read_failure, step::header, untouched});
    }
    read_head();
    co_return std::expected<void, failed_start>{};
  }

  const response_head& head() const override { return head_; }
  std::chrono::steady_clock::time_point sent() const override { return sent_; }

  asio::awaitable<outcome<std::size_t>> read(std::span<char> room) override {
    if (parser_.is_done()) {
      give_back();
      co_return std::size_t{0};
    }
    // A read that finds its bytes at once would win over a timer that is long due.
    if (std::chrono::steady_clock::now() >= until_) {
      const error_code late = beast::error::timeout;
      co_return std::unexpected(explain(step::body, route::direct, late));
    }
    auto& body = parser_.get().body();
    body.data = room.data();
    body.size = room.size();
    line_->tcp().expires_at(until_);
    const auto [failure, taken] = co_await line_->with_stream([this](auto& stream) {
      return http::async_read(stream, line_->buffer(), parser_, as_result);
    });
    if (failure && failure != http::error::need_buffer) {
      co_return std::unexpected(explain(step::body, route::direct, failure));
    }
    const auto filled = room.size() - body.size;
    if (parser_.is_done()) {
      give_back();
    }
    co_return filled;
  }

 private:
  void read_head() {
    const auto& message = parser_.get();
    head_.status = static_cast<int>(message.result_int());
    if (const auto length = parser_.content_length()) {
      head_.content_length = *length;
    }
    head_.content_encoding = std::string{message[http::field::content_encoding]};
    head_.date = std::string{message[http::field::date]};
    head_.retry_after = std::string{message[http::field::retry_after]};
  }
  void give_back() {
    if (line_ && parser_.keep_alive() && line_->buffer().size() == 0) {
      home_->keep(std::move(line_));
    }
  }

  std::unique_ptr<connection> line_;
  std::shared_ptr<shelf> home_;
  deadline until_;
  std::chrono::steady_clock::time_point sent_;
  http::response_parser<http::buffer_body> parser_;
  response_head head_;
};

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
        kept_(std::make_shared<shelf>(settings_.kept_connections, settings_.longest_idle)) {
    if (settings_.proxy && settings_.proxy->tls) {
      throw std::runtime_error("a proxy is spoken to in plain http: proxy_url cannot be https");
    }
  }

  asio::awaitable<outcome<std::unique_ptr<response>>> send(request what, deadline until) override {
    const auto message = make_message(what);
    if (auto line = kept_->take()) {
      auto answer = std::make_unique<beast_response>(std::move(line), kept_, until);
      const auto started = co_await answer->start(message);
      if (started) {
        co_return std::move(answer);
      }
      const auto& failed = started.error();
      if (!failed.untouched || !is_stale(failed.what)) {
        co_return std::unexpected(explain(failed.where, route_, failed.what));
      }
    }
    auto opened = co_await open(until);
    if (!opened) {
      co_return std::unexpected(std::move(opened.error()));
    }
    auto answer = std::make_unique<beast_response>(std::move(*opened), kept_, until);
    const auto started = co_await answer->start(message);
    if (!started) {
      co_return std::unexpected(explain(started.error().where, route_, started.error().what));
    }
    co_return std::move(answer);
  }

  void close() override { kept_->close(); }

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
    return message;
  }

  // Read with the first connection that needs it, and again where that failed.
  outcome<ssl::context*> take_trust() {
    if (!trust_) {
      auto made = make_trust(settings_.ca_file);
      if (!made) {
        return std::unexpected(std::move(made.error()));
      }
      trust_ = std::move(*made);
    }
    return &*trust_;
  }

  asio::awaitable<outcome<std::unique_ptr<connection>>> open(deadline until) {
    const auto found = co_await lookup_.find(until);
    if (!found) {
      co_return std::unexpected(explain(step::resolve, route_, found.error()));
    }
    auto line = std::unique_ptr<connection>{};
    if (!settings_.base.tls) {
      line = std::make_unique<connection>(settings_.loop);
    } else if (auto trusted = take_trust(); trusted) {
      line = std::make_unique<connection>(settings_.loop, **trusted);
    } else {
      co_return std::unexpected(std::move(trusted.error()));
    }
    line->tcp().expires_at(until);
    const auto [failure, reached] = co_await line->tcp().async_connect(*found, as_result);
    if (failure) {
      co_return std::unexpected(explain(step::connect, route_, failure));
    }
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
    // on unchecked.
    const auto& host = settings_.base.host;
    SSL_set_hostflags(native, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const bool expects_host =
        is_numeric(host) ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(native), host.c_str()) == 1
                         : SSL_set1_host(native, host.c_str()) == 1 &&
                               SSL_set_tlsext_host_name(native, host.c_str()) == 1;
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
    line.tcp().expires_at(until);
    const auto [write_failure, written] =
        co_await http::async_write(line.tcp(), message, as_result);
    if (write_failure) {
      co_return std::unexpected(explain(step::tunnel, route_, write_failure));
    }
    http::response_parser<http::empty_body> parser;
    parser.header_limit(header_limit);
    parser.skip(true);  // an answer to CONNECT has no body
    const auto [read_failure, taken] =
        co_await http::async_read_header(line.tcp(), line.buffer(), parser, as_result);
    if (read_failure) {
      co_return std::unexpected(explain(step::tunnel, route_, read_failure));
    }
    const auto status = parser.get().result_int();
    if (status / 100 != 2) {
      co_return std::unexpected(
          transport_failure{.kind = error_kind::connect,
                            .detail = fmt::format("the proxy refuses the tunnel: {}", status),
                            .advice = "check proxy_url and what the proxy allows"});
    }
    co_return outcome<void>{};
  }

  transport_settings settings_;
  config::endpoint first_hop_;
  route route_;
  std::optional<ssl::context> trust_;  // where the API speaks TLS
  name_lookup lookup_;
  std::shared_ptr<shelf> kept_;
};

}  // namespace

std::unique_ptr<transport> make_beast_transport(transport_settings settings) {
  return std::make_unique<beast_transport>(std::move(settings));
}

}  // namespace wolkvox::api
