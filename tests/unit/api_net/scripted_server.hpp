// A server on loopback that does exactly what its script says, connection by connection: what it
// must not do, a real server cannot be told. Runs on the test's own loop, one thread, no waiting.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wolkvox::api::test {

struct step {
  enum class kind : std::uint8_t {
    receive,        // one request's header
    send,           // the text
    send_bytewise,  // the text, a byte at a time
    handshake,      // TLS from here on
    hang,           // until the peer or stop() ends it
    reset,          // RST, not FIN
  };
  kind what;
  std::string text = {};
};

inline step receive() {
  return {step::kind::receive};
}
inline step send(std::string text) {
  return {step::kind::send, std::move(text)};
}
inline step send_bytewise(std::string text) {
  return {step::kind::send_bytewise, std::move(text)};
}
inline step handshake() {
  return {step::kind::handshake};
}
inline step hang() {
  return {step::kind::hang};
}
inline step reset() {
  return {step::kind::reset};
}

// What one connection does; after its last step it is closed.
using script = std::vector<step>;

class scripted_server {
 public:
  // The n-th connection plays the n-th script; one more than there are scripts is closed at once.
  scripted_server(boost::asio::io_context& loop, std::vector<script> scripts,
                  std::shared_ptr<boost::asio::ssl::context> identity = nullptr);
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server();

  std::uint16_t port() const;
  std::size_t connections() const { return state_->connections; }
  // The headers received, over all connections, in order.
  const std::vector<std::string>& requests() const { return state_->requests; }
  std::size_t hanging() const { return state_->hanging; }
  std::size_t at_once() const { return state_->most_at_once; }
  void stop();

 private:
  struct line;
  struct state {
    std::vector<script> scripts;
    std::shared_ptr<boost::asio::ssl::context> identity;
    std::size_t connections = 0;
    std::vector<std::string> requests;
    std::size_t hanging = 0;
    std::size_t answering = 0;
    std::size_t most_at_once = 0;
    std::vector<std::weak_ptr<line>> lines;
  };
  static boost::asio::awaitable<void> accept(std::shared_ptr<boost::asio::ip::tcp::acceptor> from,
                                             std::shared_ptr<state> all);
  static boost::asio::awaitable<void> play(std::shared_ptr<line> on, script what,
                                           std::shared_ptr<state> all);

  std::shared_ptr<boost::asio::ip::tcp::acceptor> acceptor_;
  std::shared_ptr<state> state_;
};

// "HTTP/1.1 200 OK" with a Content-Length that tells the truth.
std::string ok(const std::string& body, const std::string& fields = {});
std::string answer_with(const std::string& status_line, const std::string& body,
                        const std::string& fields = {});

}  // namespace wolkvox::api::test
