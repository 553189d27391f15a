// The transport over Beast and OpenSSL: the one place that instantiates HTTP over TLS (design
// decision 12). Keeps connections for reuse; a kept one that the peer closed meanwhile is replaced
// once, silently.
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/core/detail/base64.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "config/token.hpp"
#include "exporter/api/net/connect_race.hpp"
#include "exporter/api/net/network_errors.hpp"
#include "exporter/api/net/to_the_end.hpp"
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

  // Beast wants the blank behind the status that RFC 9112, 4 asks for; servers that have no reason
  // to give leave it out. Reads up to the line's end and puts it there.
  asio::awaitable<std::optional<error_code>> read_status_line();

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

std::string_view text_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

asio::awaitable<std::optional<error_code>> connection::read_status_line() {
  constexpr std::size_t most_at_once = 4096;
  while (!text_of(buffer_).contains('\n') && buffer_.size() < header_limit) {
    const auto [failure, read] = co_await with_stream([this](auto& stream) {
      return stream.async_read_some(buffer_.prepare(most_at_once), as_result);
    });
    if (failure) {
      if (failure != asio::error::eof) {
        co_return failure;
      }
      co_return buffer_.size() == 0 ? http::error::end_of_stream : http::error::partial_message;
    }
    buffer_.commit(read);
  }
  constexpr std::size_t length = std::string_view{"HTTP/1.1 200"}.size();
  const auto text = text_of(buffer_);
  if (text.starts_with("HTTP/1.") && text.substr(length).starts_with("\r\n")) {
    const auto whole = std::string{text.substr(0, length)} + ' ' + std::string{text.substr(length)};
    buffer_.clear();
    beast::ostream(buffer_) << whole;
  }
  co_return std::nullopt;
}

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
    expect_header();
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
    // A server may say any number of things before its answer (RFC 9110, 15.2).
    for (int said = 0; said < most_interim; ++said) {
      if (const auto failure = co_await read_header()) {
        const bool untouched = said == 0 && !parser_->got_some() && line_->buffer().size() == 0;
        co_return std::unexpected(failed_start{*failure, step::header, untouched});
      }
      if (!is_interim(parser_->get().result_int())) {
        read_head();
        co_return std::expected<void, failed_start>{};
      }
      expect_header();
    }
    co_return std::unexpected(failed_start{http::error::bad_status, step::header, false});
  }

  const response_head& head() const override { return head_; }
  std::chrono::steady_clock::time_point sent() const override { return sent_; }
  bool is_request_timeout() const { return head_.status == 408; }

  asio::awaitable<outcome<std::size_t>> read(std::span<char> room) override {
    if (parser_->is_done()) {
      give_back();
      co_return std::size_t{0};
    }
    // A read that finds its bytes at once would win over a timer that is long due.
    if (std::chrono::steady_clock::now() >= until_) {
      const error_code late = beast::error::timeout;
      co_return std::unexpected(explain(step::body, route::direct, late));
    }
    auto& body = parser_->get().body();
    body.data = room.data();
    body.size = room.size();
    line_->tcp().expires_at(until_);
    const auto [failure, taken] = co_await line_->with_stream([this](auto& stream) {
      return http::async_read(stream, line_->buffer(), *parser_, as_result);
    });
    if (failure == ssl::error::stream_truncated && parser_->need_eof()) {
      // An answer without a length ends with its connection, and many servers end that without a
      // word of TLS. Whether it is whole, its JSON tells.
      error_code ignored;
      parser_->put_eof(ignored);
    } else if (failure && failure != http::error::need_buffer) {
      co_return std::unexpected(explain(step::body, route::direct, failure));
    }
    const auto filled = room.size() - body.size;
    if (parser_->is_done()) {
      give_back();
    }
    co_return filled;
  }

 private:
  static constexpr int most_interim = 16;
  // 101 is none: after it another protocol is spoken, which nobody asked for.
  static bool is_interim(unsigned status) { return status / 100 == 1 && status != 101; }

  void expect_header() {
    parser_.emplace();
    parser_->header_limit(header_limit);
    parser_->body_limit(boost::none);  // the intake limits what it is given
  }

  asio::awaitable<std::optional<error_code>> read_header() {
    if (const auto failure = co_await line_->read_status_line()) {
      co_return failure;
    }
    const auto [failure, taken] = co_await line_->with_stream([this](auto& stream) {
      return http::async_read_header(stream, line_->buffer(), *parser_, as_result);
    });
    co_return failure ? std::optional{failure} : std::nullopt;
  }

  void read_head() {
    const auto& message = parser_->get();
    head_.status = static_cast<int>(message.result_int());
    if (const auto length = parser_->content_length()) {
      head_.content_length = *length;
    }
    head_.content_encoding = std::string{message[http::field::content_encoding]};
    head_.date = std::string{message[http::field::date]};
    head_.retry_after = std::string{message[http::field::retry_after]};
  }
  void give_back() {
    if (line_ && head_.status >= 200 && parser_->keep_alive() && line_->buffer().size() == 0) {
      home_->keep(std::move(line_));
    }
  }

  std::unique_ptr<connection> line_;
  std::shared_ptr<shelf> home_;
  deadline until_;
  std::chrono::steady_clock::time_point sent_;
  std::optional<http::response_parser<http::buffer_body>> parser_;  // one for each header
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

  // Before each request, as the token is: a file that was replaced counts from then on.
  asio::awaitable<outcome<void>> read_password() {
    if (settings_.proxy_username.empty()) {
      co_return outcome<void>{};
    }
    auto read = [file = settings_.proxy_password_file]()
        -> asio::awaitable<std::expected<secret, std::string>> {
      co_return config::read_proxy_password(file);
    };
    auto password = co_await asio::co_spawn(settings_.pool, read, to_the_end());
    if (!password) {
      co_return std::unexpected(transport_failure{.kind = error_kind::connect,
                                                  .detail = std::move(password.error()),
                                                  .advice = "check proxy_password_file"});
    }
    proxy_password_ = std::move(*password);
    co_return outcome<void>{};
  }

  // Read with the first connection that needs it, and again where that failed.
  asio::awaitable<outcome<ssl::context*>> take_trust() {
    if (!trust_) {
      using shared_trust = outcome<std::shared_ptr<ssl::context>>;
      auto make = [file = settings_.ca_file]() -> asio::awaitable<shared_trust> {
        auto made = make_trust(file);
        if (!made) {
          co_return std::unexpected(std::move(made.error()));
        }
        co_return std::make_shared<ssl::context>(std::move(*made));
      };
      auto made = co_await asio::co_spawn(settings_.pool, make, to_the_end());
      if (!made) {
        co_return std::unexpected(std::move(made.error()));
      }
      trust_ = std::move(*made);
    }
    co_return trust_.get();
  }

  asio::awaitable<outcome<std::unique_ptr<connection>>> open(deadline until) {
    const auto found = co_await lookup_.find(until);
    if (!found) {
      co_return std::unexpected(explain(step::resolve, route_, found.error()));
    }
    auto line = std::unique_ptr<connection>{};
    if (!settings_.base.tls) {
      line = std::make_unique<connection>(settings_.loop);
    } else if (auto trusted = co_await take_trust(); trusted) {
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
    if (!settings_.proxy_username.empty()) {
      message.set(http::field::proxy_authorization, proxy_credentials());
    }
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
  std::shared_ptr<ssl::context> trust_;   // where the API speaks TLS
  asio::ip::tcp::endpoint last_reached_;  // tried first
  name_lookup lookup_;
  std::shared_ptr<shelf> kept_;
};

}  // namespace

std::unique_ptr<transport> make_beast_transport(transport_settings settings) {
  return std::make_unique<beast_transport>(std::move(settings));
}

}  // namespace wolkvox::api
