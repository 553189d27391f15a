#include "exporter/commands/healthcheck.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <expected>
#include <iostream>
#include <variant>

#include "exporter/web/listen_address.hpp"

namespace wolkvox::commands {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

// A health check that hangs is a failed one.
constexpr std::chrono::seconds patience{5};

template <class Protocol>
using stream = beast::basic_stream<Protocol, asio::io_context::executor_type>;

// Asks over a connected stream; the status, or why there is none.
template <class Protocol>
std::expected<unsigned, std::string> ask(asio::io_context& context, stream<Protocol>& connection) {
  const http::request<http::empty_body> request = [] {
    http::request<http::empty_body> made{http::verb::get, "/-/healthy", 11};
    made.set(http::field::host, "localhost");
    made.set(http::field::connection, "close");
    return made;
  }();
  beast::flat_buffer buffer;
  http::response<http::string_body> answer;
  beast::error_code failure;
  http::async_write(connection, request, [&](beast::error_code ec, std::size_t) {
    failure = ec;
    if (!ec) {
      http::async_read(connection, buffer, answer,
                       [&](beast::error_code read_ec, std::size_t) { failure = read_ec; });
    }
  });
  context.restart();
  context.run();
  if (failure) {
    return std::unexpected(failure.message());
  }
  return answer.result_int();
}

std::expected<unsigned, std::string> ask_tcp(const std::string& host, std::uint16_t port) {
  asio::io_context context{1};
  asio::ip::tcp::resolver resolver(context);
  boost::system::error_code ec;
  const auto found = resolver.resolve(host, std::to_string(port), ec);
  if (ec) {
    return std::unexpected(ec.message());
  }
  stream<asio::ip::tcp> connection(context.get_executor());
  connection.expires_after(patience);
  connection.async_connect(found, [&](beast::error_code failure, const auto&) { ec = failure; });
  context.run();
  if (ec) {
    return std::unexpected(ec.message());
  }
  return ask(context, connection);
}

std::expected<unsigned, std::string> ask_unix(const std::string& path) {
  asio::io_context context{1};
  stream<asio::local::stream_protocol> connection(context.get_executor());
  boost::system::error_code ec;
  connection.expires_after(patience);
  connection.async_connect(asio::local::stream_protocol::endpoint(path),
                           [&](beast::error_code failure) { ec = failure; });
  context.run();
  if (ec) {
    return std::unexpected(ec.message());
  }
  return ask(context, connection);
}

struct asker {
  std::expected<unsigned, std::string> operator()(const web::any_address& where) const {
    return ask_tcp("localhost", where.port);
  }
  std::expected<unsigned, std::string> operator()(const web::host_address& where) const {
    return ask_tcp(where.host, where.port);
  }
  std::expected<unsigned, std::string> operator()(const web::socket_path& where) const {
    return ask_unix(where.path);
  }
};

}  // namespace

int healthcheck(const std::string& listen_address) {
  const auto where = web::parse_listen_address(listen_address);
  if (!where) {
    std::cerr << "wolkvox_exporter: --web.listen-address: " << where.error() << '\n';
    return 2;
  }
  const auto status = std::visit(asker{}, *where);
  if (!status) {
    std::cerr << "wolkvox_exporter: " << listen_address << " does not answer: " << status.error()
              << '\n';
    return 1;
  }
  if (*status != 200) {
    std::cerr << "wolkvox_exporter: " << listen_address << " answers with status " << *status
              << '\n';
    return 1;
  }
  return 0;
}

}  // namespace wolkvox::commands
