// Reads requests and writes answers.
#include "exporter/web/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <utility>

#include "exporter/web/negotiation.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using std::chrono::steady_clock;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// A POST may carry this much, which is not looked at.
constexpr std::uint64_t ignored_body_bytes = 4096;
// The kernel takes at most this many pieces in one call (IOV_MAX is larger; Asio's own bound is
// this).
constexpr std::size_t pieces_per_write = 64;
// What a parting peer may still send, and for how long.
constexpr std::size_t parting_bytes = 256 * 1024;
constexpr std::chrono::seconds parting_time{2};

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

std::string_view explain(unsigned status) {
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

using parser = http::request_parser<http::string_body>;

// What the head alone says against a request. Beast 1.81 frames requests less strictly than later
// versions, so every body that could hide a second request is refused.
unsigned refusal_of(const parser& head) {
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
std::string joined(const parser& head, http::field name) {
  std::string list;
  const auto [begin, end] = head.get().equal_range(name);
  for (auto at = begin; at != end; ++at) {
    list.append(list.empty() ? "" : ",").append(at->value().data(), at->value().size());
  }
  return list;
}

// Counts a scrape in flight for as long as it lives.
class scrape_slot {
 public:
  explicit scrape_slot(std::shared_ptr<serving> shared) : shared_(std::move(shared)) {
    ++shared_->scrapes.in_flight;
  }
  scrape_slot(const scrape_slot&) = delete;
  scrape_slot& operator=(const scrape_slot&) = delete;
  ~scrape_slot() { --shared_->scrapes.in_flight; }

 private:
  std::shared_ptr<serving> shared_;
};

std::string reason_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

}  // namespace

connection::connection(asio::generic::stream_protocol::socket socket,
                       std::shared_ptr<serving> shared)
    : stream_(std::move(socket)),
      shared_(std::move(shared)),
      buffer_(2 * std::size_t{shared_->settings.limits.header_bytes}) {
  // An answer's last piece does not wait for an acknowledgement. Local sockets do not know the
  // option.
  error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
}

void connection::cut() {
  cancellation_.emit(asio::cancellation_type::terminal);
  stream_.close();
}

asio::awaitable<void> connection::run() {
  auto patience = shared_->settings.limits.header_timeout;
  auto after = persistence::keep_open;
  while (after == persistence::keep_open && !shared_->stopping) {
    const auto arrived = co_await await_bytes(patience);
    if (arrived == arrival::nothing) {
      co_return;
    }
    auto asked = co_await read_request();
    if (!asked) {
      co_return;
    }
    answering_ = true;
    after = co_await respond(std::move(*asked));
    answering_ = false;
    idle_since_ = steady_clock::now();
    patience = shared_->settings.limits.idle_timeout;
  }
  co_await part();
}

// Bytes of a pipelined request may be here already.
asio::awaitable<connection::arrival> connection::await_bytes(std::chrono::milliseconds patience) {
  if (buffer_.size() > 0) {
    co_return arrival::bytes;
  }
  stream_.expires_after(patience);
  const auto room = std::min<std::size_t>(buffer_.max_size(), 4096);
  const auto [error, received] = co_await stream_.async_read_some(buffer_.prepare(room), as_result);
  buffer_.commit(received);
  co_return error ? arrival::nothing : arrival::bytes;
}

// Nothing where no answer is due.
asio::awaitable<std::optional<connection::request>> connection::read_request() {
  parser incoming;
  incoming.header_limit(shared_->settings.limits.header_bytes);
  incoming.body_limit(ignored_body_bytes);
  stream_.expires_after(shared_->settings.limits.header_timeout);
  auto [error, head_bytes] =
      co_await http::async_read_header(stream_, buffer_, incoming, as_result);
  request asked;
  if (!error) {
    asked.refusal = refusal_of(incoming);
    if (asked.refusal == 0 && !incoming.is_done()) {
      auto [body_error, body_bytes] =
          co_await http::async_read(stream_, buffer_, incoming, as_result);
      error = body_error;
    }
  }
  if (error) {
    asked.refusal = refusal_of(error);
    if (asked.refusal == 0) {
      co_return std::nullopt;
    }
  }
  asked.method = std::string(incoming.get().method_string());
  asked.target = std::string(incoming.get().target());
  asked.accept = joined(incoming, http::field::accept);
  asked.accept_encoding = joined(incoming, http::field::accept_encoding);
  const auto open = asked.refusal == 0 && incoming.keep_alive();
  asked.after = open ? persistence::keep_open : persistence::close;
  co_return asked;
}

asio::awaitable<persistence> connection::respond(request asked) {
  if (asked.refusal != 0) {
    auto refused = plain_answer(asked.refusal, explain(asked.refusal));
    co_await write(std::move(refused), asked.method, persistence::close);
    co_return persistence::close;
  }
  std::optional<plan> planned;
  std::string failure;
  try {
    const routes where{.telemetry_path = shared_->settings.telemetry_path,
                       .lifecycle_enabled = shared_->settings.lifecycle.has_value()};
    planned = route({.method = asked.method, .target = asked.target}, shared_->content, where);
  } catch (const std::exception& e) {
    failure = e.what();
  }
  if (!planned) {
    shared_->tell(fmt::format("answering {}: {}", asked.method, failure));
    planned = plain_answer(500, "Internal error; the log says more.");
  }
  if (auto* const wanted = std::get_if<scrape_plan>(&*planned)) {
    const auto after = co_await respond_scrape(std::move(asked), std::move(*wanted));
    co_return after;
  }
  if (const auto* const wanted = std::get_if<lifecycle_plan>(&*planned)) {
    const auto after = co_await respond_lifecycle(std::move(asked), *wanted);
    co_return after;
  }
  auto& ready = std::get<answer>(*planned);
  const auto written = co_await write(std::move(ready), asked.method, asked.after);
  co_return written ? asked.after : persistence::close;
}

asio::awaitable<persistence> connection::respond_scrape(request asked, scrape_plan wanted) {
  auto& scrapes = shared_->scrapes;
  if (scrapes.in_flight >= shared_->settings.max_requests) {
    ++scrapes.rejected;
    auto busy = plain_answer(503, fmt::format("{} scrapes are being answered already, the most "
                                              "that --web.max-requests allows; try again.",
                                              scrapes.in_flight));
    const auto told = co_await write(std::move(busy), asked.method, asked.after);
    co_return told ? asked.after : persistence::close;
  }
  const scrape_slot slot(shared_);
  auto chosen = negotiate(asked.accept, asked.accept_encoding);
  served_scrape served{
      .filter = wanted.filter, .gathered = steady_clock::now(), .form = chosen.form, .bytes = 0};
  answer page{.status = 200,
              .content_type = std::move(chosen.content_type),
              .fields = {{"Vary", "Accept, Accept-Encoding"}},
              .content = {}};
  if (served.form.encoding != metrics::encoding::identity) {
    page.fields.emplace_back("Content-Encoding", name_of(served.form.encoding));
  }
  try {
    page.content = co_await shared_->content.metrics(std::move(wanted.filter), served.form);
    served.bytes = content_length(page.content);
  } catch (const std::exception& e) {
    shared_->tell(fmt::format("gathering metrics: {}", e.what()));
    page = plain_answer(500, "Internal error; the log says more.");
  }
  const auto shown = page.status == 200 && asked.method != "HEAD";
  const auto written = co_await write(std::move(page), asked.method, asked.after);
  if (written && shown) {
    ++scrapes.served.at(form_index(served.form));
    if (shared_->content.scrape_served) {
      shared_->content.scrape_served(served);
    }
  }
  co_return written ? asked.after : persistence::close;
}

asio::awaitable<persistence> connection::respond_lifecycle(request asked, lifecycle_plan wanted) {
  if (wanted == lifecycle_plan::quit) {
    auto farewell = plain_answer(200, "wolkvox_exporter is stopping.");
    co_await write(std::move(farewell), asked.method, persistence::close);
    shared_->settings.lifecycle->quit();
    co_return persistence::close;
  }
  stream_.expires_never();
  std::expected<void, std::string> reloaded;
  std::exception_ptr failure;
  try {
    reloaded = co_await shared_->settings.lifecycle->reload();
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    reloaded = std::unexpected(reason_of(failure));
  }
  auto outcome =
      reloaded
          ? plain_answer(200, "The configuration was reloaded.")
          : plain_answer(500, fmt::format("The old configuration is kept: {}", reloaded.error()));
  const auto written = co_await write(std::move(outcome), asked.method, asked.after);
  co_return written ? asked.after : persistence::close;
}

asio::awaitable<bool> connection::write(answer what, std::string method, persistence after) {
  const auto connection_after = shared_->stopping ? persistence::close : after;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto head = head_of(what, content_length(what.content), connection_after, now);
  std::vector<asio::const_buffer> pieces{asio::buffer(head)};
  if (method != "HEAD") {
    for (const auto& piece : what.content) {
      if (!piece->empty()) {
        pieces.emplace_back(asio::buffer(*piece));
      }
    }
  }
  const auto written = co_await write_all(std::move(pieces));
  co_return written;
}

asio::awaitable<bool> connection::write_all(std::vector<asio::const_buffer> pieces) {
  const auto& limits = shared_->settings.limits;
  const auto last_moment = steady_clock::now() + limits.write_total;
  std::span<asio::const_buffer> rest(pieces);
  while (!rest.empty()) {
    stream_.expires_at(std::min(steady_clock::now() + limits.write_stall, last_moment));
    const std::span<const asio::const_buffer> next(
        rest.first(std::min(rest.size(), pieces_per_write)));
    auto [error, taken] = co_await stream_.async_write_some(next, as_result);
    if (error) {
      co_return false;
    }
    while (!rest.empty() && taken >= rest.front().size()) {
      taken -= rest.front().size();
      rest = rest.subspan(1);
    }
    if (taken > 0) {
      rest.front() += taken;
    }
  }
  co_return true;
}

asio::awaitable<void> connection::part() {
  error_code gone;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, gone);
  stream_.expires_after(parting_time);
  std::array<char, 4096> thrown_away;
  for (std::size_t total = 0; !gone && total < parting_bytes && !shared_->stopping;) {
    const auto [error, received] =
        co_await stream_.async_read_some(asio::buffer(thrown_away), as_result);
    gone = error;
    total += received;
  }
}

}  // namespace wolkvox::web
