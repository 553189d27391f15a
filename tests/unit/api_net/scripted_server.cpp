#include "scripted_server.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

namespace wolkvox::api::test {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct scripted_server::line {
  explicit line(tcp::socket accepted) : socket(std::move(accepted)) {}
  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket&>> tls;
  std::string received;

  asio::awaitable<bool> read_head(std::string& head) {
    const auto buffer = asio::dynamic_buffer(received);
    if (tls) {
      const auto [failure, end] =
          co_await asio::async_read_until(*tls, buffer, "\r\n\r\n", as_result);
      take(head, end);
      co_return !failure;
    }
    const auto [failure, end] =
        co_await asio::async_read_until(socket, buffer, "\r\n\r\n", as_result);
    take(head, end);
    co_return !failure;
  }
  asio::awaitable<bool> write(std::string text) {
    if (tls) {
      const auto [failure, sent] = co_await asio::async_write(*tls, asio::buffer(text), as_result);
      co_return !failure;
    }
    const auto [failure, sent] = co_await asio::async_write(socket, asio::buffer(text), as_result);
    co_return !failure;
  }

 private:
  void take(std::string& head, std::size_t end) {
    head = received.substr(0, end);
    received.erase(0, end);
  }
};

scripted_server::scripted_server(asio::io_context& loop, std::vector<script> scripts,
                                 std::shared_ptr<asio::ssl::context> identity)
    : acceptor_(std::make_shared<tcp::acceptor>(
          loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0})),
      state_(std::make_shared<state>()) {
  state_->scripts = std::move(scripts);
  state_->identity = std::move(identity);
  asio::co_spawn(loop, accept(acceptor_, state_), asio::detached);
}

scripted_server::~scripted_server() {
  stop();
}

std::uint16_t scripted_server::port() const {
  return acceptor_->local_endpoint().port();
}

void scripted_server::stop() {
  acceptor_->close();
  for (auto& weak : state_->lines) {
    if (const auto open = weak.lock()) {
      open->socket.close();
    }
  }
}

asio::awaitable<void> scripted_server::accept(std::shared_ptr<tcp::acceptor> from,
                                              std::shared_ptr<state> all) {
  for (;;) {
    auto [failure, socket] = co_await from->async_accept(as_result);
    if (failure) {
      co_return;
    }
    const auto number = all->connections++;
    if (number >= all->scripts.size()) {
      continue;
    }
    socket.set_option(tcp::no_delay(true));
    auto accepted = std::make_shared<line>(std::move(socket));
    all->lines.push_back(accepted);
    asio::co_spawn(from->get_executor(), play(accepted, all->scripts[number], all), asio::detached);
  }
}

asio::awaitable<void> scripted_server::play(std::shared_ptr<line> on, script what,
                                            std::shared_ptr<state> all) {
  for (auto& next : what) {
    switch (next.what) {
      case step::kind::receive: {
        std::string head;
        const bool arrived = co_await on->read_head(head);
        if (!arrived) {
          co_return;
        }
        all->requests.push_back(head);
        all->most_at_once = std::max(all->most_at_once, ++all->answering);
        break;
      }
      case step::kind::send: {
        all->answering -= all->answering > 0 ? 1U : 0U;
        const bool sent = co_await on->write(next.text);
        if (!sent) {
          co_return;
        }
        break;
      }
      case step::kind::send_bytewise:
        for (const char byte : next.text) {
          const bool sent = co_await on->write(std::string(1, byte));
          if (!sent) {
            co_return;
          }
        }
        break;
      case step::kind::handshake: {
        on->tls.emplace(on->socket, *all->identity);
        const auto [failure] =
            co_await on->tls->async_handshake(asio::ssl::stream_base::server, as_result);
        if (failure) {
          co_return;
        }
        break;
      }
      case step::kind::hang: {
        ++all->hanging;
        std::string ignored(4096, '\0');
        for (bool open = true; open;) {
          const auto [failure, n] =
              co_await on->socket.async_read_some(asio::buffer(ignored), as_result);
          open = !failure;
        }
        co_return;
      }
      case step::kind::reset:
        on->socket.set_option(asio::socket_base::linger(true, 0));
        on->socket.close();
        co_return;
    }
  }
}

std::string answer_with(const std::string& status_line, const std::string& body,
                        const std::string& fields) {
  return "HTTP/1.1 " + status_line + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         fields + "\r\n" + body;
}

std::string ok(const std::string& body, const std::string& fields) {
  return answer_with("200 OK", body, fields);
}

}  // namespace wolkvox::api::test
