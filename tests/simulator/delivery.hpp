// How an answer goes out: whole, or as a fault of the transport has it.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/simulator/faults.hpp"

namespace wolkvox::simulator {

using response_type = boost::beast::http::response<boost::beast::http::string_body>;

inline boost::asio::awaitable<void> pause(std::chrono::milliseconds length) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, length);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

// By hand: Beast's serializer is built on std::aligned_storage, which C++23 libraries deprecate.
inline std::string to_bytes(const response_type& response) {
  std::string bytes =
      fmt::format("HTTP/{}.{} {} {}\r\n", response.version() / 10, response.version() % 10,
                  response.result_int(), std::string_view{response.reason()});
  for (const auto& field : response) {
    bytes += fmt::format("{}: {}\r\n", std::string_view{field.name_string()},
                         std::string_view{field.value()});
  }
  return bytes + "\r\n" + response.body();
}

template <class Stream>
boost::asio::awaitable<void> write(Stream& stream, std::string_view bytes) {
  co_await boost::asio::async_write(stream, boost::asio::buffer(bytes), boost::asio::use_awaitable);
}

// Until the client has had enough.
template <class Stream>
boost::asio::awaitable<void> wait_for_the_end(Stream& stream) {
  std::array<char, 1> nothing{};
  boost::system::error_code gone;
  co_await stream.async_read_some(boost::asio::buffer(nothing),
                                  boost::asio::redirect_error(boost::asio::use_awaitable, gone));
}

template <class Stream>
boost::asio::awaitable<void> write_in_pieces(Stream& stream, std::string_view bytes,
                                             std::size_t length,
                                             std::chrono::milliseconds between) {
  while (!bytes.empty()) {
    co_await write(stream, bytes.substr(0, length));
    bytes.remove_prefix(std::min(length, bytes.size()));
    co_await pause(between);
  }
}

// 300 MB, valid, and nothing in the head that says so.
template <class Stream>
boost::asio::awaitable<void> write_huge(Stream& stream) {
  constexpr std::size_t pieces = 4800;
  constexpr std::size_t piece_size = 65'536;
  const std::string piece = '"' + std::string(piece_size - 3, 'x') + "\",";
  const std::string chunk = "10000\r\n" + piece + "\r\n";
  co_await write(stream,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                 "Transfer-Encoding: chunked\r\n\r\nb\r\n{\"padding\":\r\n1\r\n[\r\n");
  for (std::size_t i = 0; i < pieces; ++i) {
    co_await write(stream, chunk);
  }
  co_await write(stream, "4\r\n\"\"]}\r\n0\r\n\r\n");
}

// False: the connection is over.
template <class Stream>
boost::asio::awaitable<bool> deliver_broken(Stream& stream, response_type response,
                                            const fault& wrong) {
  constexpr std::size_t pieces = 20;
  constexpr std::size_t surplus = 1000;
  const auto whole = to_bytes(response);
  const auto head = whole.size() - response.body().size();
  const auto half = head + (response.body().size() / 2);
  switch (wrong.kind) {
    case fault_kind::stall:
      co_await wait_for_the_end(stream);
      co_return false;
    case fault_kind::reset: {
      auto& socket = boost::beast::get_lowest_layer(stream).socket();
      socket.set_option(boost::asio::socket_base::linger(true, 0));
      socket.close();
      co_return false;
    }
    case fault_kind::cut_body:
      co_await write(stream, std::string_view(whole).substr(0, half));
      co_return false;
    case fault_kind::stall_body:
      co_await write(stream, std::string_view(whole).substr(0, half));
      co_await wait_for_the_end(stream);
      co_return false;
    case fault_kind::trickle:
      co_await write_in_pieces(stream, whole, (whole.size() / pieces) + 1, wrong.delay / pieces);
      co_return response.keep_alive();
    case fault_kind::drip:
      co_await write(stream, std::string_view(whole).substr(0, head));
      co_await write_in_pieces(stream, std::string_view(whole).substr(head), 1, wrong.delay);
      co_return response.keep_alive();
    case fault_kind::length_short:
      response.content_length(response.body().size() / 2);
      co_await write(stream, to_bytes(response));
      co_return response.keep_alive();
    case fault_kind::length_long:
      response.content_length(response.body().size() + surplus);
      co_await write(stream, to_bytes(response));
      co_await wait_for_the_end(stream);
      co_return false;
    case fault_kind::huge_unannounced:
      co_await write_huge(stream);
      co_return response.keep_alive();
    default:  // slow: late, and whole
      co_await pause(wrong.delay);
      co_await write(stream, whole);
      co_return response.keep_alive();
  }
}

// What the transport does to an answer. False: the connection is over.
template <class Stream>
boost::asio::awaitable<bool> deliver(Stream& stream, response_type response,
                                     std::optional<fault> wrong) {
  if (wrong) {
    const bool stays = co_await deliver_broken(stream, std::move(response), *wrong);
    co_return stays;
  }
  const auto bytes = to_bytes(response);
  co_await write(stream, bytes);
  co_return response.keep_alive();
}

}  // namespace wolkvox::simulator
