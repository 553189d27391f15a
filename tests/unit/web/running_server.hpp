// A server on loopback with its own event-loop thread, and a raw client that sees every byte.
// Nothing hangs: a client gives up after ten seconds and the test fails.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/packaged_task.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "exporter/web/server.hpp"
#include "tests/unit/web/site_builder.hpp"

namespace wolkvox::web {

struct response {
  unsigned status = 0;
  std::string head;
  std::string body;

  std::string field(std::string_view name) const {
    const auto start = head.find(std::string("\r\n").append(name).append(": "));
    if (start == std::string::npos) {
      return {};
    }
    const auto value = start + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
  }
};

class raw_client {
 public:
  explicit raw_client(std::uint16_t port, int receive_buffer = 0) : socket_(context_) {
    socket_.open(boost::asio::ip::tcp::v4());
    if (receive_buffer > 0) {
      socket_.set_option(boost::asio::socket_base::receive_buffer_size(receive_buffer));
    }
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    // For the plain recv() below: Asio's own blocking reads would wait on.
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  // False where the server has closed already.
  bool send(std::string_view text) {
    boost::system::error_code error;
    boost::asio::write(socket_, boost::asio::buffer(text), error);
    return !error;
  }

  void send_end() { socket_.shutdown(boost::asio::socket_base::shutdown_send); }

  // One answer with its Content-Length; without a body to HEAD. status 0: the server closed or
  // nothing came.
  response receive(bool with_body = true) {
    response r;
    while (!received_.contains("\r\n\r\n")) {
      if (!receive_some()) {
        return r;
      }
    }
    const auto end = received_.find("\r\n\r\n");
    r.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    const auto length = with_body ? std::stoul(r.field("Content-Length")) : 0;
    while (received_.size() < length) {
      if (!receive_some()) {
        return r;
      }
    }
    r.body = received_.substr(0, length);
    received_.erase(0, length);
    r.status = static_cast<unsigned>(std::stoul(r.head.substr(9, 3)));
    return r;
  }

  response get(std::string_view target) { return ask("GET", target); }
  response ask(std::string_view method, std::string_view target, std::string_view fields = "") {
    std::string text(method);
    text.append(" ")
        .append(target)
        .append(" HTTP/1.1\r\nHost: x\r\n")
        .append(fields)
        .append("\r\n");
    send(text);
    return receive(method != "HEAD");
  }

  // Everything up to the end; false where it ended by a reset or by our patience.
  bool receive_rest() {
    while (receive_some()) {
    }
    return end_ == ending::orderly;
  }
  bool receive_some() {
    char piece[65536];
    const auto got = ::recv(socket_.native_handle(), piece, sizeof(piece), 0);
    if (got <= 0) {
      end_ = got == 0 ? ending::orderly : errno == EAGAIN ? ending::silence : ending::reset;
      return false;
    }
    received_.append(piece, static_cast<std::size_t>(got));
    return true;
  }
  // The server closed this connection, in whatever way, and sent nothing more.
  bool closed() {
    const auto more = receive_some();
    return !more && end_ != ending::silence;
  }
  const std::string& received() const { return received_; }
  // Whether something waits to be read.
  bool has_received() { return socket_.available() > 0; }

 private:
  enum class ending { none, orderly, reset, silence };
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_;
  std::string received_;
  ending end_ = ending::none;
};

class running_server {
 public:
  explicit running_server(site content = small_site(), server_settings settings = {})
      : content_(std::move(content)), settings_(std::move(settings)) {
    if (settings_.listen_addresses.empty() && settings_.inherited_sockets.empty()) {
      settings_.listen_addresses = {"127.0.0.1:0"};
    }
    settings_.loop = context_.get_executor();
    settings_.told = [this](const std::string& trouble) {
      const std::scoped_lock lock(told_mutex_);
      told_.push_back(trouble);
    };
    server_ = make_server(settings_, content_);
    started_ = server_->start();
    loop_ = std::thread([this] { context_.run(); });
  }

  ~running_server() {
    on_loop([this] { server_.reset(); });
    keep_running_.reset();
    loop_.join();  // returns only if every coroutine has ended
  }

  running_server(const running_server&) = delete;
  running_server& operator=(const running_server&) = delete;

  std::uint16_t port(std::size_t which = 0) const {
    const auto& bound = started_.value().at(which);
    return static_cast<std::uint16_t>(std::stoul(bound.substr(bound.rfind(':') + 1)));
  }
  raw_client client(int receive_buffer = 0) const { return raw_client(port(), receive_buffer); }
  const std::expected<std::vector<std::string>, std::string>& started() const { return started_; }

  template <class Function>
  std::invoke_result_t<Function> on_loop(Function function) {
    return boost::asio::post(context_,
                             std::packaged_task<decltype(function())()>(std::move(function)))
        .get();
  }
  scrape_counts scrapes() {
    return on_loop([this] { return server_->scrapes(); });
  }
  std::future<void> stop() {
    return boost::asio::co_spawn(context_, server_->stop(), boost::asio::use_future);
  }
  std::vector<std::string> told() {
    const std::scoped_lock lock(told_mutex_);
    return told_;
  }

 private:
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>
      keep_running_{context_.get_executor()};
  site content_;
  server_settings settings_;
  std::mutex told_mutex_;
  std::vector<std::string> told_;
  std::unique_ptr<server> server_;
  std::expected<std::vector<std::string>, std::string> started_;
  std::thread loop_;
};

}  // namespace wolkvox::web
