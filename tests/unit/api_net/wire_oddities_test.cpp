// What servers and proxies do on the wire beside the plain answer: interim answers, status lines
// without a reason, connections given up, addresses that are silent; and that a request of ours
// which nobody waits for any more still fills its slot.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>

#include "exporter/api/net/connect_race.hpp"
#include "serving.hpp"

namespace wolkvox::api::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

TEST_F(exchange, skips_what_is_said_before_the_answer) {
  for (const std::string interim :
       {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n",
        "HTTP/1.1 102\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"}) {
    const auto& server = serve({{receive(), send(interim + ok(two_agents)), receive(),
                                 send(interim), send(ok(no_agents))}});
    here.start();
    const auto first = here.ask();
    ASSERT_TRUE(first) << interim << to_string(first.error());
    EXPECT_EQ(first->envelope.rows, 2U);
    const auto second = here.ask();
    ASSERT_TRUE(second) << interim << to_string(second.error());
    EXPECT_EQ(second->envelope.rows, 0U);
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST_F(exchange, ends_where_interim_answers_do_not) {
  std::string endless;
  for (int i = 0; i < 100; ++i) {
    endless += "HTTP/1.1 102 Processing\r\n\r\n";
  }
  serve({{receive(), send(endless + ok(two_agents))}});
  here.start();
  EXPECT_FALSE(here.ask());
}

TEST_F(exchange, never_uses_a_connection_again_that_switched_its_protocol) {
  const auto& server =
      serve({{receive(), send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), hang()},
             {receive(), send(ok(two_agents))}});
  here.start();
  EXPECT_FALSE(here.ask());
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, takes_a_status_line_without_a_reason_and_a_203) {
  const auto body =
      "Content-Length: " + std::to_string(two_agents.size()) + "\r\n\r\n" + two_agents;
  for (const std::string line : {"HTTP/1.1 200\r\n", "HTTP/1.1 200 \r\n", "HTTP/1.0 200\r\n",
                                 "HTTP/1.1 203 Non-Authoritative Information\r\n"}) {
    for (const bool at_once : {true, false}) {
      serve({{receive(), at_once ? send(line + body) : send_bytewise(line + body)}});
      here.start();
      const auto result = here.ask();
      ASSERT_TRUE(result) << line << to_string(result.error());
      EXPECT_EQ(result->envelope.rows, 2U);
    }
  }
}

TEST_F(exchange, names_a_coding_that_it_cannot_read) {
  serve({{receive(), send(ok(two_agents, "Content-Encoding: br\r\n"))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().detail, HasSubstr("not asked for: br"));
}

TEST_F(exchange, asks_once_more_where_a_kept_connection_had_timed_out) {
  const std::string gone = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
  const auto& server = serve(
      {{receive(), send(ok(no_agents)), receive(), send(gone)}, {receive(), send(ok(two_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  const auto second = here.ask();
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(second->envelope.rows, 2U);
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, takes_a_408_on_a_fresh_connection_for_the_answer) {
  serve({{receive(), send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")}});
  here.start();
  EXPECT_FALSE(here.ask());
}

// The platform works on: its slot is free when it has given the request up, not when we have.
TEST_F(exchange, keeps_the_slot_of_a_request_that_it_gave_up) {
  const auto& server = serve({{receive(), hang()}, {receive(), send(ok(two_agents))}});
  here.settings.operation.timeout = std::chrono::milliseconds{100};
  here.platform_gives_up = std::chrono::milliseconds{700};
  here.start();
  const auto begun = std::chrono::steady_clock::now();
  const auto first = here.ask();
  ASSERT_FALSE(first);
  EXPECT_TRUE(first.error().late_answer);
  EXPECT_EQ(server.requests().size(), 1U);
  here.ask();
  EXPECT_EQ(server.requests().size(), 2U);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds{700});
}

TEST_F(exchange, ends_although_a_slot_is_still_taken) {
  serve({{receive(), hang()}});
  here.settings.operation.timeout = std::chrono::milliseconds{50};
  here.platform_gives_up = std::chrono::hours{1};
  here.start();
  EXPECT_FALSE(here.ask());
  // ~asking: nothing keeps the loop busy after close().
}

TEST_F(exchange, frees_the_slot_at_once_where_nothing_was_sent) {
  here.settings.operation.base.port = 1;  // nobody listens
  here.platform_gives_up = std::chrono::hours{1};
  here.start();
  EXPECT_FALSE(here.ask());
  EXPECT_FALSE(here.ask());
}

// A listener whose backlog is full drops the packets of those who come then.
class silent_address {
 public:
  explicit silent_address(asio::io_context& loop) : acceptor_(loop), first_(loop), second_(loop) {
    acceptor_.open(tcp::v4());
    acceptor_.bind({asio::ip::address_v4::loopback(), 0});
    acceptor_.listen(0);
    first_.connect(where());
    second_.async_connect(where(), [](boost::system::error_code) {});
  }
  tcp::endpoint where() const { return acceptor_.local_endpoint(); }

 private:
  tcp::acceptor acceptor_;
  tcp::socket first_;
  tcp::socket second_;
};

TEST_F(exchange, tries_the_next_address_of_a_name_beside_a_silent_one) {
  const auto& server = serve({{receive(), send(ok(two_agents, "Connection: close\r\n"))},
                              {receive(), send(ok(two_agents))}});
  const silent_address silent(here.loop);
  here.settings.operation.base.host = "wolkvox.test";
  int resolved = 0;
  here.resolve = [&resolved, first = silent.where(), second = server.port()](const std::string&,
                                                                             std::uint16_t) {
    ++resolved;
    return std::expected<addresses, boost::system::error_code>(
        addresses{first, {asio::ip::address_v4::loopback(), second}});
  };
  here.settings.operation.timeout = std::chrono::seconds{10};
  here.start();
  const auto first = here.ask();
  ASSERT_TRUE(first) << to_string(first.error());
  const auto second = here.ask();
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(server.connections(), 2U);
}

TEST(addresses_of_a_name, begin_with_the_one_that_was_reached) {
  const tcp::endpoint a(asio::ip::make_address("192.0.2.1"), 443);
  const tcp::endpoint b(asio::ip::make_address("192.0.2.2"), 443);
  const tcp::endpoint c(asio::ip::make_address("192.0.2.3"), 443);
  EXPECT_THAT(with_first({a, b, c}, c), testing::ElementsAre(c, a, b));
  EXPECT_THAT(with_first({a, b}, c), testing::ElementsAre(a, b));
}

}  // namespace
}  // namespace wolkvox::api::test
