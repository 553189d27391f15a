// Requests and answers over real sockets.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>

#include "exporter/web/answer.hpp"
#include "tests/unit/web/running_server.hpp"

namespace wolkvox::web {
namespace {

using namespace std::chrono_literals;

TEST(server, answers_a_scrape_with_its_exact_length) {
  running_server server;
  auto client = server.client();
  const auto r = client.get("/metrics");
  EXPECT_EQ(r.status, 200U);
  EXPECT_EQ(r.body, "up 1\ndown 2\n");
  EXPECT_EQ(r.field("Content-Length"), "12");
  EXPECT_EQ(r.field("Content-Type"),
            "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
  EXPECT_EQ(r.field("Server"), "wolkvox_exporter");
  EXPECT_FALSE(r.field("Date").empty());
}

TEST(server, a_head_request_gets_the_same_head_and_no_body) {
  running_server server;
  for (const std::string_view path :
       {"/", "/metrics", "/-/healthy", "/-/ready", "/status.json", "/none"}) {
    auto client = server.client();
    const auto full = client.get(path);
    const auto head = client.ask("HEAD", path);
    EXPECT_EQ(head.status, full.status) << path;
    EXPECT_EQ(head.field("Content-Length"), std::to_string(full.body.size())) << path;
    EXPECT_EQ(head.field("Content-Type"), full.field("Content-Type")) << path;
    EXPECT_TRUE(client.received().empty()) << path;
    EXPECT_EQ(client.get("/-/healthy").status, 200U) << "the connection is still in step";
  }
}

TEST(server, only_a_whole_page_counts_as_served) {
  running_server server;
  auto client = server.client();
  client.ask("HEAD", "/metrics");
  client.get("/metrics?name[]=up");
  client.get("/-/healthy");  // the scrape before it is accounted for by now
  const auto counts = server.scrapes();
  EXPECT_EQ(counts.served[0], 1U);
  EXPECT_EQ(counts.in_flight, 0U);
}

TEST(server, keeps_a_connection_for_many_requests) {
  running_server server;
  auto client = server.client();
  for (int i = 0; i < 50; ++i) {
    const auto r = client.get("/metrics");
    ASSERT_EQ(r.status, 200U);
    ASSERT_EQ(r.field("Connection"), "keep-alive");
  }
}

TEST(server, answers_pipelined_requests_in_their_order) {
  running_server server;
  auto client = server.client();
  client.send(
      "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\nHEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive().body, "wolkvox_exporter is healthy.\n");
  EXPECT_EQ(client.receive(false).field("Content-Length"), "12");
  EXPECT_EQ(client.receive().status, 404U);
  EXPECT_EQ(client.receive().body, "up 1\ndown 2\n");
}

TEST(server, takes_a_request_that_comes_byte_by_byte_and_a_half_closed_peer) {
  running_server server;
  auto client = server.client();
  for (const char c : std::string_view("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")) {
    client.send({&c, 1});
  }
  client.send_end();
  EXPECT_EQ(client.receive().body, "up 1\ndown 2\n");
  EXPECT_TRUE(client.closed());
}

TEST(server, speaks_http_1_0) {
  running_server server;
  auto closing = server.client();
  closing.send("GET /-/healthy HTTP/1.0\r\n\r\n");
  EXPECT_EQ(closing.receive().field("Connection"), "close");
  EXPECT_TRUE(closing.receive_rest());
  auto keeping = server.client();
  keeping.send("GET /-/healthy HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(keeping.receive().field("Connection"), "keep-alive");
  EXPECT_EQ(keeping.get("/-/healthy").status, 200U);
}

TEST(server, closes_where_the_client_asks_for_it) {
  running_server server;
  auto client = server.client();
  EXPECT_EQ(client.ask("GET", "/metrics", "Connection: close\r\n").field("Connection"), "close");
  EXPECT_TRUE(client.receive_rest());
  EXPECT_TRUE(client.received().empty());
}

TEST(server, answers_in_the_form_that_was_asked_for) {
  auto content = small_site();
  content.metrics = [](metrics::page_filter, metrics::form wanted) {
    return answer_at_once([wanted] {
      return pieces_of(
          {std::string(name_of(wanted.format)), std::string(name_of(wanted.encoding))});
    });
  };
  running_server server(content);
  auto client = server.client();
  const auto plain = client.get("/metrics");
  EXPECT_EQ(plain.body, "textidentity");
  EXPECT_EQ(plain.field("Vary"), "Accept, Accept-Encoding");
  EXPECT_EQ(plain.field("Content-Encoding"), "");
  // The fields of one name are one list.
  const auto asked = client.ask("GET", "/metrics",
                                "Accept: text/plain;q=0.5\r\nAccept-Encoding: br\r\n"
                                "accept: application/openmetrics-text\r\n"
                                "Accept-Encoding: zstd\r\n");
  EXPECT_EQ(asked.body, "openmetricszstd");
  EXPECT_EQ(asked.field("Content-Encoding"), "zstd");
  EXPECT_EQ(asked.field("Content-Type"),
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores");
  client.get("/-/healthy");  // the scrapes before it are accounted for by now
  const auto counts = server.scrapes();
  const metrics::form last{metrics::format::openmetrics, metrics::encoding::zstd};
  EXPECT_EQ(counts.served[metrics::form_index({})], 1U);
  EXPECT_EQ(counts.served[form_index(last)], 1U);
}

struct refused {
  std::string_view name;
  std::string request;
  unsigned status;
};

class refused_request : public testing::TestWithParam<refused> {};

TEST_P(refused_request, is_answered_once_and_the_connection_closed) {
  running_server server;
  auto client = server.client();
  client.send(GetParam().request + "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto r = client.receive();
  EXPECT_EQ(r.status, GetParam().status);
  EXPECT_EQ(r.field("Connection"), "close");
  EXPECT_TRUE(client.receive_rest()) << "closed in order, not reset";
  EXPECT_EQ(client.received(), "") << "what follows a refused request is not answered";
}

const std::string get_metrics = "GET /metrics HTTP/1.1\r\nHost: x\r\n";

INSTANTIATE_TEST_SUITE_P(
    server, refused_request,
    testing::Values(
        refused{"no_request_line", "nonsense\r\n\r\n", 400},
        refused{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
        refused{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        refused{"bad_field", get_metrics + "no colon\r\n\r\n", 400},
        refused{"bad_length", get_metrics + "Content-Length: x\r\n\r\n", 400},
        refused{"two_lengths", get_metrics + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        refused{"version_2", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
        refused{"get_with_body", get_metrics + "Content-Length: 4\r\n\r\nbody", 413},
        refused{"large_body", "POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 4097\r\n\r\n",
                413},
        refused{"chunks", get_metrics + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                411},
        refused{"trailers", get_metrics + "Transfer-Encoding: chunked\r\n\r\n0\r\na: b\r\n\r\n",
                411},
        refused{"chunked_and_length",
                get_metrics + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                400},
        refused{"chunked_twice",
                get_metrics + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                400},
        refused{"gzip_and_chunked", get_metrics + "Transfer-Encoding: gzip, chunked\r\n\r\n", 400},
        refused{"expectation", get_metrics + "Expect: miracles\r\n\r\n", 417},
        refused{"long_field", get_metrics + "X: " + std::string(16 * 1024, 'x') + "\r\n\r\n", 431},
        refused{"long_target", "GET /" + std::string(40 * 1024, 'x') + " HTTP/1.1\r\n\r\n", 431}),
    [](const auto& sample) { return std::string(sample.param.name); });

// What stands in the answer is true of what was sent.
TEST(server, says_what_is_wrong_with_a_request) {
  const std::pair<std::string, std::string> cases[] = {
      {"GET /metrics HTTP/1.1\nHost: x\n\n", "A line ends in CR LF, not in LF alone.\n"},
      {"GET /metrics HTTP/1.1\r\nHost: x\n\r\n", "A line ends in CR LF, not in LF alone.\n"},
      {"\nGET /metrics HTTP/1.1\r\n", "A line ends in CR LF, not in LF alone.\n"},
      {"GET /met rics HTTP/1.1\r\nHost: x\r\n\r\n", "A blank in the target is written as %20.\n"},
      {"GET /metrics?operation=a b c HTTP/1.1\r\nHost: x\r\n\r\n",
       "A blank in the target is written as %20.\n"},
      {"GET / HTTP/1.1\r\n\r\n", "A request of HTTP/1.1 has one Host field.\n"},
      {"PRI * HTTP/2.0\r\n\r\n", "Only HTTP/1.0 and HTTP/1.1 are spoken here.\n"},
  };
  for (const auto& [request, sentence] : cases) {
    running_server server;
    auto client = server.client();
    client.send(request);
    const auto told = client.receive();
    EXPECT_EQ(told.status, request.starts_with("PRI") ? 505U : 400U) << request;
    EXPECT_EQ(told.body, sentence) << request;
  }
}

// A proxy that speaks HTTP/2 to its client sends it where an empty DATA frame ended a GET.
TEST(server, a_chunked_body_that_is_empty_is_none) {
  running_server server;
  auto client = server.client();
  for (const std::string_view piece : {"0\r\n\r\n", "0\r\n\r\n"}) {
    client.send(get_metrics + "Transfer-Encoding: chunked\r\n\r\n");
    client.send(piece);
    EXPECT_EQ(client.receive().status, 200U);
  }
  client.send(get_metrics + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get_metrics + "\r\n");
  EXPECT_EQ(client.receive().status, 200U);
  EXPECT_EQ(client.receive().status, 200U) << "what follows is a request of its own";
}

TEST(server, asks_for_a_body_that_waits_to_be_asked_for) {
  server_settings settings;
  settings.lifecycle = lifecycle_handlers{
      .reload = []() -> boost::asio::awaitable<std::expected<void, std::string>> {
        co_return std::expected<void, std::string>{};
      },
      .quit = [] {}};
  running_server server(small_site(), std::move(settings));
  auto client = server.client();
  client.send(
      "POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.receive_some());
  EXPECT_EQ(client.received(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("{}");
  while (!client.received().contains("200 OK")) {
    ASSERT_TRUE(client.receive_some());
  }
  auto other = server.client();
  EXPECT_EQ(other.ask("GET", "/metrics", "Expect: 100-continue\r\n").status, 200U)
      << "nothing follows that could be asked for";
}

TEST(server, a_refused_peer_may_finish_sending) {
  running_server server;
  auto other = server.client();
  auto client = server.client();
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n");
  EXPECT_EQ(client.receive().status, 413U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(other.get("/-/healthy").status, 200U);  // the server had time to reset the connection
    EXPECT_TRUE(client.send(std::string(30'000, 'x'))) << "a reset could destroy the answer";
  }
  client.send_end();
  EXPECT_TRUE(client.receive_rest());
}

TEST(server, tells_allowed_methods_and_stays_open) {
  running_server server;
  auto client = server.client();
  const auto r = client.ask("POST", "/metrics", "Content-Length: 0\r\n");
  EXPECT_EQ(r.status, 405U);
  EXPECT_EQ(r.field("Allow"), "GET, HEAD");
  EXPECT_EQ(client.get("/metrics").status, 200U);
}

TEST(server, a_site_that_throws_costs_one_answer) {
  auto content = small_site();
  content.metrics = answering([]() -> body { throw std::runtime_error("bug"); });
  content.status = []() -> program_status { throw std::runtime_error("other bug"); };
  running_server server(content);
  auto client = server.client();
  EXPECT_EQ(client.get("/metrics").status, 500U);
  EXPECT_EQ(client.get("/").status, 500U);
  EXPECT_EQ(client.get("/-/healthy").status, 200U);
  ASSERT_EQ(server.told().size(), 2U);
  EXPECT_TRUE(server.told()[0].contains("bug"));
  EXPECT_EQ(server.scrapes().served[0], 0U);
  EXPECT_EQ(server.scrapes().in_flight, 0U);
}

server_settings with_lifecycle(lifecycle_handlers handlers) {
  server_settings settings;
  settings.lifecycle = std::move(handlers);
  return settings;
}

boost::asio::awaitable<std::expected<void, std::string>> reload_well() {
  co_return std::expected<void, std::string>{};
}
boost::asio::awaitable<std::expected<void, std::string>> reload_badly() {
  co_return std::unexpected("wolkvox.yml:3: unknown key");
}
boost::asio::awaitable<std::expected<void, std::string>> reload_with_a_bug() {
  throw std::runtime_error("bug");
  co_return std::expected<void, std::string>{};
}

TEST(server, reloads_and_tells_the_reason_of_a_failure) {
  struct sample {
    boost::asio::awaitable<std::expected<void, std::string>> (*reload)();
    unsigned status;
    std::string_view text;
  };
  for (const auto& [reload, status, text] :
       {sample{reload_well, 200, "reloaded"}, sample{reload_badly, 500, "wolkvox.yml:3"},
        sample{reload_with_a_bug, 500, "bug"}}) {
    running_server server(small_site(), with_lifecycle({.reload = reload, .quit = [] {}}));
    auto client = server.client();
    const auto r = client.ask("POST", "/-/reload", "Content-Length: 0\r\n");
    EXPECT_EQ(r.status, status);
    EXPECT_TRUE(r.body.contains(text)) << r.body;
    client.send("POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody");
    EXPECT_EQ(client.receive().status, status) << "a small body is not looked at";
    EXPECT_EQ(client.get("/-/healthy").status, 200U);
  }
}

TEST(server, quits_after_the_answer_was_written) {
  std::promise<void> quit;
  running_server server(small_site(),
                        with_lifecycle({.reload = reload_well, .quit = [&] { quit.set_value(); }}));
  auto client = server.client();
  EXPECT_EQ(client.ask("POST", "/-/quit").status, 200U);
  EXPECT_EQ(quit.get_future().wait_for(10s), std::future_status::ready);
}

TEST(server, lifecycle_is_forbidden_unless_enabled) {
  running_server server;
  auto client = server.client();
  EXPECT_EQ(client.ask("POST", "/-/reload").status, 403U);
  EXPECT_EQ(client.ask("POST", "/-/quit").status, 403U);
}

TEST(server, a_page_of_many_pieces_and_megabytes_arrives_whole) {
  auto content = small_site();
  std::vector<std::string> texts;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    texts.push_back(i % 7 == 0 ? ""
                               : std::string(static_cast<std::size_t>(i) * 16,
                                             static_cast<char>('a' + i % 26)));
    expected += texts.back();
  }
  const auto pieces = pieces_of(texts);
  content.metrics = answering([pieces] { return pieces; });
  running_server server(content);
  auto client = server.client();
  EXPECT_TRUE(client.get("/metrics").body == expected);
  EXPECT_TRUE(client.get("/metrics").body == expected);
}

}  // namespace
}  // namespace wolkvox::web
