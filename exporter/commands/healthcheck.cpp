#include "exporter/commands/healthcheck.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <exception>
#include <expected>
#include <iostream>
#include <variant>
#include <vector>

#include "config/web_config.hpp"
#include "exporter/web/byte_stream.hpp"
#include "exporter/web/listen_address.hpp"
#include "exporter/web/tls_context.hpp"

namespace wolkvox::commands {

namespace {

namespace asio = boost::asio;
using asio::generic::stream_protocol;
using boost::system::error_code;
using outcome = std::expected<unsigned, std::string>;

// A health check that hangs is a failed one.
constexpr std::chrono::seconds patience{5};
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Where the exporter is. Not by the name localhost: a container need not know it.
struct places {
  asio::io_context::executor_type loop;

  std::expected<std::vector<stream_protocol::endpoint>, std::string> operator()(
      const web::any_address& where) const {
    return std::vector<stream_protocol::endpoint>{
        asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), where.port),
        asio::ip::tcp::endpoint(asio::ip::address_v6::loopback(), where.port)};
  }
  std::expected<std::vector<stream_protocol::endpoint>, std::string> operator()(
      const web::host_address& where) const {
    asio::ip::tcp::resolver resolver(loop);
    error_code unknown;
    std::vector<stream_protocol::endpoint> found;
    for (const auto& each : resolver.resolve(where.host, std::to_string(where.port), unknown)) {
      found.emplace_back(each.endpoint());
    }
    if (unknown) {
      return std::unexpected(unknown.message());
    }
    return found;
  }
  std::expected<std::vector<stream_protocol::endpoint>, std::string> operator()(
      const web::socket_path& where) const {
    return std::vector<stream_protocol::endpoint>{
        asio::local::stream_protocol::endpoint(where.path)};
  }
};

// "HTTP/1.1 200 OK": 200.
outcome status_of(std::string_view answer) {
  unsigned status = 0;
  const auto blank = answer.find(' ');
  if (!answer.starts_with("HTTP/1.") || blank == std::string_view::npos) {
    return std::unexpected("the answer is not HTTP");
  }
  std::from_chars(answer.data() + blank + 1, answer.data() + answer.size(), status);
  return status;
}

// A refusal of our missing certificate, where one is asked for, shows in the handshake or, with TLS
// 1.3, at the first read.
outcome failed(const error_code& failure, const config::web_config& web) {
  using enum config::client_certificates;
  const bool asks = web.tls && (web.tls->client_auth == any || web.tls->client_auth == verified);
  if (asks && web::is_tls_refusal(failure)) {
    return 200;
  }
  return std::unexpected(failure.message());
}

asio::awaitable<outcome> ask(std::unique_ptr<web::byte_stream> line, config::web_config web) {
  constexpr std::string_view request =
      "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const std::array<asio::const_buffer, 1> pieces{asio::buffer(request)};
  auto failure = co_await line->begin();
  if (!failure) {
    // So few bytes are taken at once.
    const auto written = co_await line->write_some(pieces);
    failure = written.error;
  }
  std::string answer;
  std::array<char, 4096> piece;
  while (!failure && !answer.contains("\r\n")) {
    const auto read = co_await line->read_some(asio::buffer(piece));
    failure = read.error;
    answer.append(piece.data(), read.bytes);
  }
  if (failure) {
    co_return failed(failure, web);
  }
  co_return status_of(answer);
}

asio::awaitable<outcome> ask_first(std::vector<stream_protocol::endpoint> where,
                                   config::web_config web) {
  error_code failure = asio::error::host_not_found;
  for (const auto& each : where) {
    stream_protocol::socket socket(co_await asio::this_coro::executor);
    const auto [refused] = co_await socket.async_connect(each, as_result);
    if (!refused) {
      auto line = web.tls ? web::make_tls_probe(std::move(socket))
                          : web::make_plain_stream(std::move(socket));
      const auto status = co_await ask(std::move(line), std::move(web));
      co_return status;
    }
    failure = refused;
  }
  co_return std::unexpected(failure.message());
}

outcome ask_within_patience(const web::listen_address& where, const config::web_config& web) {
  asio::io_context context{1};
  const auto found = std::visit(places{context.get_executor()}, where);
  if (!found) {
    return std::unexpected(found.error());
  }
  outcome answer = std::unexpected(fmt::format("nothing within {} s", patience.count()));
  asio::co_spawn(context, ask_first(*found, web), [&](const std::exception_ptr& bug, outcome got) {
    if (bug) {
      std::rethrow_exception(bug);
    }
    answer = std::move(got);
  });
  context.run_for(patience);
  return answer;
}

bool works(unsigned status, const config::web_config& web) {
  return status == 200 || (status == 401 && !web.users.empty()) ||
         (status == 429 && web.limit.interval.count() > 0);
}

}  // namespace

int healthcheck(const std::string& listen_address, const std::filesystem::path& web_config_file) {
  const auto where = web::parse_listen_address(listen_address);
  if (!where) {
    std::cerr << "wolkvox_exporter: --web.listen-address: " << where.error() << '\n';
    return 2;
  }
  auto web =
      web_config_file.empty() ? config::loaded_web{} : config::load_web_file(web_config_file);
  if (!web) {
    for (const auto& each : web.error()) {
      std::cerr << config::to_string(each) << '\n';
    }
    return 2;
  }
  const auto status = ask_within_patience(*where, web->value);
  if (!status) {
    std::cerr << "wolkvox_exporter: " << listen_address << " does not answer: " << status.error()
              << '\n';
    return 1;
  }
  if (!works(*status, web->value)) {
    std::cerr << "wolkvox_exporter: " << listen_address << " answers with status " << *status
              << '\n';
    return 1;
  }
  return 0;
}

}  // namespace wolkvox::commands
