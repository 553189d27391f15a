// The server over real loopback connections, in a thread of its own, on a free port.
#include "tests/simulator/server.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "build.hpp"

namespace wolkvox::simulator::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr std::string_view agents_target = "/api/v2/real_time.php?api=agents";

// The clock stands: answers do not depend on how long a test takes.
class running {
 public:
  explicit running(server_settings settings = {})
      : platform_(small_centre(), {}),
        clock_(platform_.centre().now(), 0.0, platform_clock::real::now()),
        server_(std::move(settings), platform_, clock_),
        thread_([this] { server_.run(); }) {}
  ~running() {
    server_.stop();
    thread_.join();
  }
  running(const running&) = delete;
  running& operator=(const running&) = delete;

  tcp::socket connect() {
    tcp::socket socket(loop_);
    socket.connect({asio::ip::address_v4::loopback(), server_.port()});
    return socket;
  }

 private:
  platform platform_;
  platform_clock clock_;
  server server_;
  std::thread thread_;
  asio::io_context loop_;
};

using response = http::response<http::string_body>;

http::request<http::string_body> get(std::string_view target) {
  http::request<http::string_body> made{http::verb::get, {target.data(), target.size()}, 11};
  made.set("wolkvox-token", "demo-token");
  return made;
}

// By hand: Beast's serializer is built on std::aligned_storage, which C++23 libraries deprecate.
void send(tcp::socket& socket, const http::request<http::string_body>& request) {
  std::string text =
      std::string{request.method_string()} + ' ' + std::string{request.target()} + " HTTP/1.1\r\n";
  for (const auto& field : request) {
    text += std::string{field.name_string()} + ": " + std::string{field.value()} + "\r\n";
  }
  asio::write(socket, asio::buffer(text + "\r\n" + request.body()));
}

// Nothing when the connection ended before the answer did.
std::optional<response> fetch(tcp::socket& socket,
                              const http::request<http::string_body>& request) {
  send(socket, request);
  boost::beast::flat_buffer buffer;
  response answer;
  boost::system::error_code failure;
  http::read(socket, buffer, answer, failure);
  return failure ? std::nullopt : std::optional(std::move(answer));
}

unsigned control(running& what, std::string_view body) {
  auto socket = what.connect();
  http::request<http::string_body> request{http::verb::post, "/_control", 11, std::string(body)};
  request.prepare_payload();
  return fetch(socket, request).value().result_int();
}

TEST(server, answers_on_a_kept_connection_with_the_platforms_clock) {
  running what;
  auto socket = what.connect();
  for (int i = 0; i < 3; ++i) {
    const auto answer = fetch(socket, get(agents_target));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->result_int(), 200U);
    EXPECT_EQ((*answer)[http::field::date], "Fri, 20 Nov 2026 16:00:00 GMT");
  }
}

TEST(server, is_controlled_while_it_runs) {
  running what;
  EXPECT_EQ(control(what, R"({"clock":{"forward_seconds":3600},"quota_used":5})"), 200U);
  auto socket = what.connect();
  const auto answer = fetch(socket, get("/api/v2/information.php?api=token_info"));
  ASSERT_TRUE(answer);
  EXPECT_EQ((*answer)[http::field::date], "Fri, 20 Nov 2026 17:00:00 GMT");
  EXPECT_TRUE(answer->body().contains(R"("token_use_today":"6")"));
  EXPECT_EQ(control(what, R"({"clock":{"to":"2026-11-20T13:00:00"},"speed":0})"), 200U);
  for (const auto* bad : {"", "[]", R"({"nothing":1})", R"({"fault":{"kind":"nothing"}})",
                          R"({"clock":{"to":"2026-11-20T08:00:00"}})", R"({"speed":-1})"}) {
    EXPECT_EQ(control(what, bad), 400U) << bad;
  }
}

TEST(server, tells_truth_and_requests_without_counting_them) {
  running what;
  auto socket = what.connect();
  const auto truth = fetch(socket, get("/_truth?from=2026-11-20&as_of=happened"));
  ASSERT_TRUE(truth);
  EXPECT_GT(boost::json::parse(truth->body()).at("calls").as_array().size(), 10U);
  EXPECT_EQ(fetch(socket, get("/_truth?from=yesterday"))->result_int(), 400U);
  EXPECT_EQ(fetch(socket, get("/_truth?as_of=tomorrow"))->result_int(), 400U);
  EXPECT_EQ(fetch(socket, get("/_nothing"))->result_int(), 404U);
  const auto requests = fetch(socket, get("/_requests"));
  ASSERT_TRUE(requests);
  EXPECT_EQ(boost::json::parse(requests->body()).at("quota").at("used").to_number<int>(), 0);
}

TEST(server, fails_in_transport_when_told) {
  running what;
  for (const auto* kind : {"reset", "cut_body"}) {
    control(what, R"({"fault":{"count":1,"kind":")" + std::string(kind) + R"("}})");
    auto socket = what.connect();
    EXPECT_FALSE(fetch(socket, get(agents_target))) << kind;
  }
  for (const auto* kind : {"slow", "trickle"}) {
    control(what, R"({"fault":{"count":1,"delay_ms":20,"kind":")" + std::string(kind) + R"("}})");
    auto socket = what.connect();
    const auto answer = fetch(socket, get(agents_target));
    ASSERT_TRUE(answer) << kind;
    EXPECT_TRUE(answer->body().ends_with("}]}")) << kind;
  }
}

TEST(server, lies_about_the_length_when_told) {
  running what;
  control(what, R"({"fault":{"count":1,"kind":"length_short"}})");
  auto socket = what.connect();
  const auto half = fetch(socket, get(agents_target));
  ASSERT_TRUE(half);
  EXPECT_FALSE(half->body().ends_with("}]}"));
  for (const auto* kind : {"length_long", "stall_body"}) {
    control(what, R"({"fault":{"count":1,"kind":")" + std::string(kind) + R"("}})");
    auto waiting = what.connect();
    send(waiting, get(agents_target));
    boost::beast::flat_buffer buffer;
    http::response_parser<http::string_body> answer;
    http::read_header(waiting, buffer, answer);
    EXPECT_GT(answer.content_length().value(), half->body().size()) << kind;
    waiting.shutdown(tcp::socket::shutdown_send);
    boost::system::error_code failure;
    http::read(waiting, buffer, answer, failure);
    EXPECT_EQ(failure, http::error::partial_message) << kind;
  }
}

TEST(server, drips_a_byte_at_a_time) {
  running what;
  control(what, R"({"fault":{"count":1,"kind":"drip","delay_ms":0}})");
  auto socket = what.connect();
  const auto answer = fetch(socket, get("/api/v2/information.php?api=token_info"));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body().ends_with("}]}") || answer->body().ends_with("}}")) << answer->body();
}

TEST(server, sends_300_megabytes_that_it_does_not_announce) {
  running what;
  control(what, R"({"fault":{"count":1,"kind":"huge_unannounced"}})");
  auto socket = what.connect();
  send(socket, get(agents_target));
  boost::beast::flat_buffer buffer;
  http::response_parser<http::buffer_body> answer;
  answer.body_limit(boost::none);
  http::read_header(socket, buffer, answer);
  EXPECT_FALSE(answer.content_length());
  std::vector<char> room(1U << 20U);
  std::uint64_t received = 0;
  while (!answer.is_done()) {
    answer.get().body().data = room.data();
    answer.get().body().size = room.size();
    boost::system::error_code failure;
    http::read(socket, buffer, answer, failure);
    ASSERT_TRUE(!failure || failure == http::error::need_buffer) << failure.message();
    received += room.size() - answer.get().body().size;
  }
  EXPECT_GT(received, 300'000'000U);
}

TEST(server, counts_a_stalled_request_as_in_flight_until_the_client_goes) {
  running what;
  control(what, R"({"fault":{"count":2,"kind":"stall"}})");
  auto one = what.connect();
  auto two = what.connect();
  send(one, get(agents_target));
  send(two, get(agents_target));
  // Both are in before the third is refused: asked until it is so, however the threads run.
  auto third = what.connect();
  const auto in_flight = [&] {
    const auto told = fetch(third, get("/_requests"));
    return boost::json::parse(told->body()).at("max_concurrent").to_number<int>();
  };
  while (in_flight() < 2) {
  }
  EXPECT_EQ(fetch(third, get(agents_target))->result_int(), 403U);
  one.close();
  while (fetch(third, get(agents_target))->result_int() != 200U) {
  }
}

TEST(server, compresses_when_both_sides_want_it) {
  running what({.gzip = true});
  auto socket = what.connect();
  auto request = get(agents_target);
  request.set(http::field::accept_encoding, "gzip");
  const auto packed = fetch(socket, request);
  ASSERT_TRUE(packed);
  EXPECT_EQ((*packed)[http::field::content_encoding], "gzip");
  const auto plain = fetch(socket, get(agents_target));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->count(http::field::content_encoding), 0U);
  std::string unpacked(plain->body().size() + 1, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string input = packed->body();
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
  stream.avail_out = static_cast<uInt>(unpacked.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  unpacked.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(unpacked, plain->body());
}

TEST(server, listens_on_loopback_only) {
  platform what(small_centre(), {});
  platform_clock clock(what.centre().now(), 0.0, platform_clock::real::now());
  EXPECT_THROW(server({.address = "0.0.0.0"}, what, clock), std::invalid_argument);
  EXPECT_THROW(server({.address = "nonsense"}, what, clock), std::exception);
}

}  // namespace
}  // namespace wolkvox::simulator::test
