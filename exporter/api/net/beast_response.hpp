// One exchange on a connection: the request out, the answer's header, its body in pieces; then the
// connection back to its shelf. For beast_transport.cpp alone (design decision 12).
#pragma once

#include <boost/beast/http.hpp>

#include "exporter/api/net/beast_connection.hpp"
#include "exporter/api/net/network_errors.hpp"
#include "exporter/api/net/transport.hpp"

namespace wolkvox::api {

template <class Value>
using outcome = std::expected<Value, transport_failure>;
using http_request = http::request<http::empty_body>;

// What a server or a proxy may say before its answer (RFC 9110, 15.2); nobody says more.
inline constexpr int most_interim = 16;

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

}  // namespace wolkvox::api
