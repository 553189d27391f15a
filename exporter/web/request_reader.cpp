// Requests as bytes come: Beast's parser, fed by hand, so that it knows nothing of the stream.
#include "exporter/web/request_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using request_parser = http::request_parser<http::string_body>;

constexpr std::size_t bytes_per_read = 4096;
// A POST may carry this much, which is not looked at.
constexpr std::uint64_t ignored_body_bytes = 4096;

// The status that tells what is wrong with a request; 0: the peer is gone or too slow, nobody reads
// an answer.
unsigned refusal_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return 431;
  }
  if (error == http::error::body_limit) {
    return 413;
  }
  if (error == http::error::bad_version) {
    return 505;
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return 0;
  }
  return error.category() == http::make_error_code(http::error::bad_version).category() ? 400 : 0;
}

// What the head alone says against a request. Beast 1.81 frames requests less strictly than later
// versions, so every body that could hide a second request is refused.
unsigned refusal_of(const request_parser& head) {
  const auto& fields = head.get();
  const auto hosts = fields.count(http::field::host);
  if (hosts > 1 || (fields.version() == 11 && hosts == 0)) {
    return 400;
  }
  if (fields.count(http::field::transfer_encoding) > 0) {
    return 411;
  }
  const auto length = head.content_length();
  return length && *length > 0 && fields.method() != http::verb::post ? 413 : 0;
}

// All fields of one name as one list (RFC 9110, 5.3).
std::string joined(const request_parser& head, http::field name) {
  std::string list;
  const auto [begin, end] = head.get().equal_range(name);
  for (auto at = begin; at != end; ++at) {
    list.append(list.empty() ? "" : ",").append(at->value().data(), at->value().size());
  }
  return list;
}

}  // namespace

std::string_view explain_refusal(unsigned status) {
  switch (status) {
    case 411:
      return "A body needs a Content-Length.";
    case 413:
      return "A body is not taken here.";
    case 431:
      return "The header fields are too large.";
    case 505:
      return "Only HTTP/1.0 and HTTP/1.1 are spoken here.";
    default:
      return "Bad request.";
  }
}

request_reader::request_reader(byte_stream& stream, std::uint32_t header_bytes)
    : stream_(&stream), header_bytes_(header_bytes), buffer_(2 * std::size_t{header_bytes}) {}

asio::awaitable<bool> request_reader::await_bytes() {
  const auto failed = buffer_.size() > 0 ? error_code{} : co_await read_more();
  co_return !failed;
}

// One more piece of a request.
asio::awaitable<error_code> request_reader::read_more() {
  const auto room = std::min(buffer_.max_size() - buffer_.size(), bytes_per_read);
  if (room == 0) {
    co_return http::error::buffer_overflow;
  }
  const auto [error, received] = co_await stream_->read_some(buffer_.prepare(room));
  buffer_.commit(received);
  co_return error;
}

// Up to the end of the head, or of the whole request.
asio::awaitable<error_code> request_reader::read_until(parser& incoming, portion wanted) {
  incoming.eager(wanted == portion::whole);
  while (wanted == portion::whole ? !incoming.is_done() : !incoming.is_header_done()) {
    if (buffer_.size() == 0) {
      if (const auto failed = co_await read_more(); failed) {
        co_return failed;
      }
    }
    error_code verdict;
    buffer_.consume(incoming.put(buffer_.data(), verdict));
    if (verdict == http::error::need_more) {
      verdict = co_await read_more();
    }
    if (verdict) {
      co_return verdict;
    }
  }
  co_return error_code{};
}

asio::awaitable<std::optional<incoming_request>> request_reader::read() {
  parser incoming;
  incoming.header_limit(header_bytes_);
  incoming.body_limit(ignored_body_bytes);
  incoming_request asked;
  auto error = co_await read_until(incoming, portion::head);
  if (!error) {
    asked.refusal = refusal_of(incoming);
    if (asked.refusal == 0) {
      error = co_await read_until(incoming, portion::whole);
    }
  }
  if (error) {
    asked.refusal = refusal_of(error);
    if (asked.refusal == 0) {
      co_return std::nullopt;
    }
  }
  const auto& head = incoming.get();
  asked.method = std::string(head.method_string());
  asked.target = std::string(head.target());
  asked.accept = joined(incoming, http::field::accept);
  asked.accept_encoding = joined(incoming, http::field::accept_encoding);
  asked.authorization = secret{std::string(head[http::field::authorization])};
  const auto open = asked.refusal == 0 && incoming.keep_alive();
  asked.after = open ? persistence::keep_open : persistence::close;
  co_return asked;
}

}  // namespace wolkvox::web
