// How an ask ends early: by the operation's timeout, or by a stop, in every phase of an exchange.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <latch>

#include "asking.hpp"
#include "certificates.hpp"
#include "gzip.hpp"
#include "scripted_server.hpp"

namespace wolkvox::api::test {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using testing::HasSubstr;

// A port where a connection is neither accepted nor refused: its queue is full.
class full_port {
 public:
  explicit full_port(boost::asio::io_context& loop) : acceptor_(loop), first_(loop), second_(loop) {
    acceptor_.open(tcp::v4());
    acceptor_.bind({boost::asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    first_.connect(acceptor_.local_endpoint());
    second_.async_connect(acceptor_.local_endpoint(), [](const boost::system::error_code&) {});
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  tcp::acceptor acceptor_;
  tcp::socket first_;
  tcp::socket second_;
};

// A name whose resolution ends only with the test.
struct stuck_name {
  std::shared_ptr<std::latch> end = std::make_shared<std::latch>(1);
  ~stuck_name() { end->count_down(); }
  resolve_function resolve() const {
    return [held = end](const std::string&, std::uint16_t) {
      held->wait();
      return std::expected<addresses, boost::system::error_code>(
          std::unexpected(make_error_code(boost::asio::error::host_not_found)));
    };
  }
};

struct phase {
  const char* name;
  const char* step;  // as the error says it
  script scripted;
  enum class over : std::uint8_t { plain, tls, tunnel } by = over::plain;
};

void PrintTo(const phase& of, std::ostream* to) {
  *to << of.name;
}

class phases : public testing::TestWithParam<phase> {
 protected:
  void begin() {
    auto& operation = here.settings.operation;
    operation.base.tls = GetParam().by != phase::over::plain;
    operation.ca_file = trusted.file();
    if (std::string_view{GetParam().name} == "resolve") {
      operation.base.host = "stuck.test";
      here.resolve = stuck.resolve();
    } else if (std::string_view{GetParam().name} == "connect") {
      full = std::make_unique<full_port>(here.loop);
      operation.base.port = full->port();
    } else {
      server = std::make_unique<scripted_server>(
          here.loop, std::vector<script>{GetParam().scripted}, trusted.issue());
      operation.base.port = server->port();
      if (GetParam().by == phase::over::tunnel) {
        operation.proxy = config::endpoint{
            .tls = false, .host = "127.0.0.1", .port = server->port(), .path = "/"};
      }
    }
    here.start();
  }
  void reach() {
    if (server) {
      ASSERT_TRUE(here.run_until([this] { return server->hanging() == 1; }));
    }
    here.loop.restart();
    here.loop.poll();
  }

  certificate_authority trusted{"trusted authority"};
  asking here;
  stuck_name stuck;
  std::unique_ptr<full_port> full;
  std::unique_ptr<scripted_server> server;
};

TEST_P(phases, end_at_the_timeout) {
  here.settings.operation.timeout = 500ms;  // for the steps before as well
  begin();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::timeout) << to_string(result.error());
  EXPECT_THAT(result.error().detail, HasSubstr(GetParam().step));
  const bool is_asked = std::string_view{GetParam().step}.ends_with("the answer");
  EXPECT_EQ(result.error().late_answer, is_asked) << "what is smaller would come in time";
  ASSERT_EQ(here.told.size(), 1U);
  EXPECT_EQ(here.told[0].failure->kind, error_kind::timeout);
}

TEST_P(phases, end_at_a_stop) {
  begin();
  const auto one = here.begin();
  reach();
  ASSERT_FALSE(one->result);
  one->stop.emit(boost::asio::cancellation_type::terminal);
  here.finish(*one);
  ASSERT_FALSE(*one->result);
  EXPECT_EQ(one->result->error().kind, error_kind::cancelled) << to_string(one->result->error());
  EXPECT_EQ(one->result->error().operation, "acme");
  ASSERT_EQ(here.told.size(), 1U) << "it was asked, it may have cost quota";
  EXPECT_EQ(here.told[0].failure->kind, error_kind::cancelled);
}

INSTANTIATE_TEST_SUITE_P(
    every, phases,
    testing::Values(
        phase{"resolve", "resolving", {}}, phase{"connect", "connecting", {}},
        phase{"tunnel", "tunnel", {receive(), hang()}, phase::over::tunnel},
        phase{"handshake", "handshake", {hang()}, phase::over::tls},
        phase{"header_over_tls",
              "waiting for the answer",
              {handshake(), receive(), hang()},
              phase::over::tls},
        phase{"body_over_tls",
              "reading the answer",
              {handshake(), receive(), send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["),
               hang()},
              phase::over::tls},
        phase{"header", "waiting for the answer", {receive(), hang()}},
        phase{"half_a_header", "waiting for the answer", {receive(), send("HTTP/1.1 200"), hang()}},
        phase{"body",
              "reading the answer",
              {receive(), send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["), hang()}},
        phase{"chunked_body",
              "reading the answer",
              {receive(), send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n"),
               hang()}},
        phase{"refusals_body",
              "reading the answer",
              {receive(), send("HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\n["), hang()}}),
    [](const auto& of) { return of.param.name; });

TEST(ending, a_stop_in_the_lane_sends_nothing) {
  asking here;
  scripted_server server(here.loop, {{receive(), hang()}});
  here.settings.operation.base.port = server.port();
  here.start();
  const auto first = here.begin();
  ASSERT_TRUE(here.run_until([&] { return server.hanging() == 1; }));
  const auto second = here.begin();
  here.loop.poll();
  second->stop.emit(boost::asio::cancellation_type::terminal);
  here.finish(*second);
  ASSERT_FALSE(*second->result);
  EXPECT_EQ(second->result->error().kind, error_kind::cancelled);
  EXPECT_TRUE(here.told.empty());
  first->stop.emit(boost::asio::cancellation_type::terminal);
  here.finish(*first);
}

TEST(ending, close_sends_away_who_waits_and_who_comes_later) {
  asking here;
  scripted_server server(here.loop, {{receive(), hang()}});
  here.settings.operation.base.port = server.port();
  here.start();
  const auto asking_now = here.begin();
  ASSERT_TRUE(here.run_until([&] { return server.hanging() == 1; }));
  const auto waiting = here.begin();
  here.loop.poll();
  here.asker->close();
  here.finish(*waiting);
  ASSERT_FALSE(*waiting->result);
  EXPECT_EQ(waiting->result->error().kind, error_kind::cancelled);
  EXPECT_FALSE(asking_now->result);
  asking_now->stop.emit(boost::asio::cancellation_type::terminal);
  here.finish(*asking_now);
  const auto late = here.ask();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, error_kind::cancelled);
  EXPECT_EQ(server.connections(), 1U);
}

TEST(ending, a_stop_ends_the_pause_after_a_refusal) {
  asking here;
  here.pause = 1h;
  const scripted_server server(
      here.loop,
      {{receive(), send(answer_with("403 Forbidden", R"({"msg":"SIMULTANEOUS REQUESTS"})")),
        hang()}});
  here.settings.operation.base.port = server.port();
  here.start();
  const auto one = here.begin();
  ASSERT_TRUE(here.run_until([&] { return here.pauses == 1; }));
  here.loop.poll();
  one->stop.emit(boost::asio::cancellation_type::terminal);
  here.finish(*one);
  ASSERT_FALSE(*one->result);
  EXPECT_EQ(one->result->error().kind, error_kind::cancelled);
  EXPECT_EQ(here.told.size(), 1U);
}

// 200 MB in one piece of the network's: only the turns on the pool let a stop through.
TEST(ending, a_stop_gets_through_while_a_gzip_bomb_is_decoded) {
  asking here;
  std::string bomb;
  const auto member = gzip(std::string(1 << 20, ' '));
  for (int i = 0; i < 50; ++i) {
    bomb += member;
  }
  scripted_server server(here.loop,
                         {{receive(), send(ok(bomb, "Content-Encoding: gzip\r\n")), hang()}});
  here.settings.operation.base.port = server.port();
  here.start();
  const auto one = here.begin();
  ASSERT_TRUE(here.run_until([&] { return server.hanging() == 1; }));
  one->stop.emit(boost::asio::cancellation_type::terminal);
  here.finish(*one);
  ASSERT_FALSE(*one->result);
  EXPECT_EQ(one->result->error().kind, error_kind::cancelled);
}

TEST(ending, asks_share_the_lookup_that_is_under_way) {
  asking here;
  const stuck_name stuck;
  const auto calls = std::make_shared<std::atomic<int>>(0);
  auto& operation = here.settings.operation;
  operation.base.host = "slow.test";
  operation.timeout = 50ms;
  here.resolve = [slow = stuck.resolve(), calls](const std::string& host, std::uint16_t port) {
    ++*calls;
    return slow(host, port);
  };
  here.start();
  for (int i = 0; i < 3; ++i) {
    const auto result = here.ask();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, error_kind::timeout);
  }
  EXPECT_LE(*calls, 1) << "a thread for every poll would pile up while the name server is down";
}

}  // namespace
}  // namespace wolkvox::api::test
