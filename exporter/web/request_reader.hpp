// Reads the requests of one connection, one after another, and says what is wrong with those that
// are none. Internal to the server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/secret.hpp"
#include "exporter/web/answer.hpp"
#include "exporter/web/byte_stream.hpp"

namespace wolkvox::web {

// Why a request cannot be routed: a status, and a sentence for people.
struct refusal {
  unsigned status = 0;  // 0: none
  std::string_view why;
};

struct incoming_request {
  std::string method;
  std::string target;
  std::string accept;  // fields of one name joined
  std::string accept_encoding;
  secret authorization;
  persistence after = persistence::close;
  refusal refused;
};

class request_reader {
 public:
  // The stream outlives the reader.
  request_reader(byte_stream& stream, std::uint32_t header_bytes);

  // False where none will come. Bytes of a pipelined request may be here already.
  boost::asio::awaitable<bool> await_bytes();
  // Nothing where no answer is due.
  boost::asio::awaitable<std::optional<incoming_request>> read();

 private:
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  boost::asio::awaitable<boost::system::error_code> read_more();
  boost::asio::awaitable<boost::system::error_code> read_head(parser& incoming);
  boost::asio::awaitable<boost::system::error_code> read_rest(parser& incoming);
  boost::asio::awaitable<boost::system::error_code> read_body(parser& incoming, refusal& refused);
  refusal refusal_of(const boost::system::error_code& error) const;
  std::string_view buffered() const;

  byte_stream* stream_;
  std::uint32_t header_bytes_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace wolkvox::web
