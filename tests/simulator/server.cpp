// Coroutines over Beast; one thread owns the platform and the sockets.
#include "tests/simulator/server.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <csignal>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "tests/simulator/administration.hpp"
#include "tests/simulator/delivery.hpp"
#include "tests/simulator/gzip.hpp"

namespace wolkvox::simulator {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using request_type = http::request<http::string_body>;
using plain_stream = beast::tcp_stream;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;

// How often the centre lives on while nobody asks.
constexpr std::chrono::milliseconds heartbeat{200};

constexpr std::string_view token_header = "wolkvox-token";  // wolkvox-api.md 1

std::string http_date(sys_seconds at) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(at.time_since_epoch().count()));
}

response_type to_response(api_answer answer, const request_type& request, sys_seconds now,
                          const server_settings& settings) {
  response_type made{static_cast<http::status>(answer.status), request.version()};
  made.set(http::field::date, http_date(now));
  made.set(http::field::server, "Apache");
  made.set(http::field::content_type, answer.content_type);
  if (answer.retry_after) {
    made.set(http::field::retry_after, fmt::format("{}", *answer.retry_after));
  }
  if (!answer.location.empty()) {
    made.set(http::field::location, answer.location);
  }
  const std::string_view accepted = request[http::field::accept_encoding];
  if (settings.gzip && accepted.find("gzip") != std::string_view::npos) {
    made.set(http::field::content_encoding, "gzip");
    made.body() = gzip(answer.body);
  } else {
    made.body() = std::move(answer.body);
  }
  made.keep_alive(request.keep_alive());
  made.prepare_payload();
  return made;
}

}  // namespace

class server::implementation {
 public:
  implementation(server_settings settings, platform& what, platform_clock& clock)
      : settings_(std::move(settings)),
        platform_(what),
        clock_(clock),
        acceptor_(loop_),
        signals_(loop_) {
    const auto address = asio::ip::make_address(settings_.address);
    if (!address.is_loopback()) {
      throw std::invalid_argument("the simulator listens on loopback only");
    }
    if (!settings_.tls_certificate.empty()) {
      tls_.emplace(asio::ssl::context::tls_server);
      tls_->use_certificate_chain_file(settings_.tls_certificate.string());
      tls_->use_private_key_file(settings_.tls_key.string(), asio::ssl::context::pem);
    }
    const tcp::endpoint endpoint(address, settings_.port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(asio::socket_base::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen();
  }

  tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  void run() {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.async_wait([this](const boost::system::error_code& failure, int /*signal*/) {
      if (!failure) {
        loop_.stop();
      }
    });
    asio::co_spawn(loop_, accept(), asio::detached);
    asio::co_spawn(loop_, live_on(), asio::detached);
    loop_.run();
  }

  void stop() { loop_.stop(); }

 private:
  // The platform counts an API request as in flight until this goes.
  class in_flight {
   public:
    explicit in_flight(platform& what) : platform_(what) {}
    ~in_flight() { platform_.end(); }
    in_flight(const in_flight&) = delete;
    in_flight& operator=(const in_flight&) = delete;

   private:
    platform& platform_;
  };

  asio::awaitable<void> accept() {
    while (true) {
      boost::system::error_code failure;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failure));
      if (failure) {  // the client is gone again, or too many files are open
        co_await pause(heartbeat);
        continue;
      }
      socket.set_option(tcp::no_delay(true), failure);
      plain_stream plain(std::move(socket));
      if (tls_) {
        asio::co_spawn(loop_, secure_session(tls_stream(std::move(plain), *tls_)), asio::detached);
      } else {
        asio::co_spawn(loop_, session(std::move(plain)), asio::detached);
      }
    }
  }

  asio::awaitable<void> live_on() {
    while (true) {
      co_await pause(heartbeat);
      platform_.advance(clock_.now(platform_clock::real::now()));
    }
  }

  asio::awaitable<void> secure_session(tls_stream stream) {
    boost::system::error_code failure;
    co_await stream.async_handshake(asio::ssl::stream_base::server,
                                    asio::redirect_error(asio::use_awaitable, failure));
    if (!failure) {
      co_await session(std::move(stream));
    }
  }

  // A connection ends by an exception from its stream; nobody waits for it.
  template <class Stream>
  asio::awaitable<void> session(Stream stream) {
    beast::flat_buffer buffer;
    bool stays = true;
    while (stays) {
      request_type request;
      boost::system::error_code failure;
      co_await http::async_read(stream, buffer, request,
                                asio::redirect_error(asio::use_awaitable, failure));
      if (failure) {
        co_return;
      }
      stays = co_await exchange(stream, std::move(request));
    }
    boost::system::error_code ignored;
    beast::get_lowest_layer(stream).socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  template <class Stream>
  asio::awaitable<bool> exchange(Stream& stream, request_type request) {
    const auto now = platform_clock::real::now();
    auto page = administer({.method = std::string_view(request.method_string()),
                            .target = std::string_view(request.target()),
                            .body = request.body()},
                           platform_, clock_, now);
    if (page) {
      const bool stays = co_await deliver(stream, respond(*std::move(page), request), std::nullopt);
      co_return stays;
    }
    std::optional<std::string_view> token;
    if (const auto found = request.find(token_header); found != request.end()) {
      token = std::string_view(found->value());
    }
    auto answer = platform_.begin({.method = std::string_view(request.method_string()),
                                   .target = std::string_view(request.target()),
                                   .token = token},
                                  clock_.now(now));
    const in_flight counted(platform_);
    if (settings_.latency.count() > 0) {
      co_await pause(settings_.latency);
    }
    auto wrong = std::move(answer.transport);
    const bool stays =
        co_await deliver(stream, respond(std::move(answer), request), std::move(wrong));
    co_return stays;
  }

  response_type respond(api_answer answer, const request_type& request) const {
    return to_response(std::move(answer), request, platform_.centre().now(), settings_);
  }

  server_settings settings_;
  platform& platform_;
  platform_clock& clock_;
  asio::io_context loop_{1};
  std::optional<asio::ssl::context> tls_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
};

server::server(server_settings settings, platform& what, platform_clock& clock)
    : implementation_(std::make_unique<implementation>(std::move(settings), what, clock)) {}

server::~server() = default;

std::uint16_t server::port() const {
  return implementation_->endpoint().port();
}

std::string server::address() const {
  std::ostringstream text;
  text << implementation_->endpoint();
  return std::move(text).str();
}

void server::run() {
  implementation_->run();
}

void server::stop() {
  implementation_->stop();
}

}  // namespace wolkvox::simulator
