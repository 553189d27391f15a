// The connections of a transport: one of them, plain or TLS, and the shelf on which they wait for
// their next request. For beast_transport.cpp alone (design decision 12).
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/beast/http/error.hpp>

namespace wolkvox::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
inline constexpr std::uint32_t header_limit = 16 * 1024;
// Also what one read from the socket brings at most.
inline constexpr std::size_t buffer_limit = 64 * 1024;
// What one read brings at most until the first line is whole.
inline constexpr std::size_t first_read_limit = 4096;

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

inline std::string_view text_of(const beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

inline asio::awaitable<std::optional<error_code>> connection::read_status_line() {
  while (!text_of(buffer_).contains('\n') && buffer_.size() < header_limit) {
    const auto [failure, read] = co_await with_stream([this](auto& stream) {
      return stream.async_read_some(buffer_.prepare(first_read_limit), as_result);
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

}  // namespace wolkvox::api
