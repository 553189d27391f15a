// Requests as bytes come: Beast's parser, fed by hand, so that it knows nothing of the stream.
#include "exporter/web/request_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
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

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view end_of_line = "\r\n";
constexpr std::string_view end_of_head = "\r\n\r\n";
// All of a chunked body that holds nothing.
constexpr std::string_view no_chunks = "0\r\n\r\n";

bool has_bare_line_feed(std::string_view head) {
  for (std::size_t at = head.find('\n'); at != std::string_view::npos;
       at = head.find('\n', at + 1)) {
    if (at == 0 || head[at - 1] != '\r') {
      return true;
    }
  }
  return false;
}

// A greeting of TLS, for one: who sends it waits for an answer.
bool begins_no_request(std::string_view received) {
  return !received.empty() && (received.front() <= ' ' || received.front() > '~');
}

// Of a request line whose version Beast does not take.
refusal refusal_of_line(std::string_view line) {
  const auto version = line.substr(line.rfind(' ') + 1);
  if (!line.contains(' ') || !version.starts_with("HTTP/")) {
    return {.status = 400, .why = "The first line is no request of HTTP/1.1."};
  }
  if (std::ranges::count(line, ' ') > 2) {
    return {.status = 400, .why = "A blank in the target is written as %20."};
  }
  return {.status = 505, .why = "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
}

bool is_chunked(const request_parser& head) {
  const auto& fields = head.get();
  return fields.count(http::field::transfer_encoding) == 1 &&
         boost::beast::iequals(fields[http::field::transfer_encoding], "chunked");
}

// What the head alone says against a request. Beast 1.81 frames requests less strictly than later
// versions, so every body that could hide a second request is refused.
refusal refusal_of_head(const request_parser& head) {
  const auto& fields = head.get();
  const auto hosts = fields.count(http::field::host);
  if (hosts > 1 || (fields.version() == 11 && hosts == 0)) {
    return {.status = 400, .why = "A request of HTTP/1.1 has one Host field."};
  }
  if (fields.count(http::field::expect) > 0 &&
      !boost::beast::iequals(fields[http::field::expect], "100-continue")) {
    return {.status = 417, .why = "Nothing but 100-continue can be expected here."};
  }
  if (fields.count(http::field::transfer_encoding) > 0) {
    const bool may_be_empty = is_chunked(head) && fields.version() == 11 &&
                              fields.count(http::field::content_length) == 0;
    return may_be_empty ? refusal{}
                        : refusal{.status = 400, .why = "This Transfer-Encoding is not taken."};
  }
  const auto length = head.content_length();
  return length && *length > 0 && fields.method() != http::verb::post
             ? refusal{.status = 413, .why = "A body is not taken here."}
             : refusal{};
}

bool waits_for_leave(const request_parser& head) {
  return head.get().count(http::field::expect) > 0 && head.get().version() == 11;
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

// Taken apart when it is whole: what a request means must not depend on the pieces in which it
// came.
asio::awaitable<error_code> request_reader::read_head(parser& incoming) {
  bool is_line_judged = false;
  for (;;) {
    const auto end = buffered().find(end_of_head);
    if (has_bare_line_feed(buffered().substr(0, end))) {
      co_return http::error::bad_line_ending;
    }
    if (end != std::string_view::npos) {
      break;
    }
    if (buffered().size() > header_bytes_) {
      co_return http::error::header_limit;
    }
    if (begins_no_request(buffered())) {
      co_return http::error::bad_method;
    }
    if (!is_line_judged && buffered().contains(end_of_line)) {
      is_line_judged = true;
      error_code verdict;
      parser{}.put(buffer_.data(), verdict);
      if (verdict != http::error::need_more) {
        co_return verdict;
      }
    }
    if (const auto failed = co_await read_more(); failed) {
      co_return failed;
    }
  }
  error_code verdict;
  buffer_.consume(incoming.put(buffer_.data(), verdict));
  co_return verdict;
}

asio::awaitable<error_code> request_reader::read_rest(parser& incoming) {
  incoming.eager(true);
  while (!incoming.is_done()) {
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

std::string_view request_reader::buffered() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

// What is wrong with a request; status 0: the peer is gone or too slow, nobody reads an answer.
refusal request_reader::refusal_of(const error_code& error) const {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {.status = 431, .why = "The header fields are too large."};
  }
  if (error == http::error::body_limit) {
    return {.status = 413, .why = "A body is not taken here."};
  }
  if (error == http::error::bad_line_ending) {
    return {.status = 400, .why = "A line ends in CR LF, not in LF alone."};
  }
  if (error == http::error::bad_version) {
    return refusal_of_line(buffered().substr(0, buffered().find(end_of_line)));
  }
  const bool is_gone =
      error == http::error::end_of_stream || error == http::error::partial_message ||
      error.category() != http::make_error_code(http::error::bad_version).category();
  return is_gone ? refusal{} : refusal{.status = 400, .why = "Bad request."};
}

// What follows the head, if anything does. A client that waits to be asked for it is asked.
asio::awaitable<error_code> request_reader::read_body(parser& incoming, refusal& refused) {
  const auto length = incoming.content_length();
  const bool follows = is_chunked(incoming) || (length && *length > buffer_.size());
  if (follows && waits_for_leave(incoming)) {
    const std::array leave{asio::buffer(go_on)};
    const auto [failed, bytes] = co_await stream_->write_some(leave);
    if (failed || bytes < go_on.size()) {
      co_return failed ? failed : error_code(http::error::end_of_stream);
    }
  }
  if (!is_chunked(incoming)) {
    co_return co_await read_rest(incoming);
  }
  // A proxy that speaks HTTP/2 to its client cannot tell in time that no body follows: it sends one
  // that is chunked and empty. Of any other nothing is read.
  while (buffer_.size() < no_chunks.size() && no_chunks.starts_with(buffered())) {
    if (const auto failed = co_await read_more(); failed) {
      co_return failed;
    }
  }
  if (buffered().starts_with(no_chunks)) {
    buffer_.consume(no_chunks.size());
  } else {
    refused = {.status = 411, .why = "A body needs a Content-Length."};
  }
  co_return error_code{};
}

asio::awaitable<std::optional<incoming_request>> request_reader::read() {
  parser incoming;
  incoming.header_limit(header_bytes_);
  incoming.body_limit(ignored_body_bytes);
  incoming_request asked;
  auto error = co_await read_head(incoming);
  if (!error) {
    asked.refused = refusal_of_head(incoming);
    if (asked.refused.status == 0) {
      error = co_await read_body(incoming, asked.refused);
    }
  }
  if (error) {
    asked.refused = refusal_of(error);
    if (asked.refused.status == 0) {
      co_return std::nullopt;
    }
  }
  const auto& head = incoming.get();
  asked.method = std::string(head.method_string());
  asked.target = std::string(head.target());
  asked.accept = joined(incoming, http::field::accept);
  asked.accept_encoding = joined(incoming, http::field::accept_encoding);
  asked.authorization = secret{std::string(head[http::field::authorization])};
  const auto open = asked.refused.status == 0 && head.keep_alive();
  asked.after = open ? persistence::keep_open : persistence::close;
  co_return asked;
}

}  // namespace wolkvox::web
