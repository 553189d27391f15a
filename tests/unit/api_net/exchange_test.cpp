// The client against a scripted server on loopback: answers of every form, kept connections,
// refusals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "gzip.hpp"
#include "serving.hpp"

namespace wolkvox::api::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(exchange, feeds_the_rows_of_an_answer_and_tells_what_it_cost) {
  const auto& server =
      serve({{receive(), send(ok(two_agents, "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\n"))}});
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_THAT(here.ids, ElementsAre("7", "8"));
  EXPECT_EQ(result->envelope.rows, 2U);
  EXPECT_EQ(result->bytes, two_agents.size());
  EXPECT_GT(result->duration, 0ns);
  EXPECT_EQ(result->date, std::chrono::sys_days{std::chrono::year{2026} / 11 / 20} + 10h);
  ASSERT_EQ(here.told.size(), 1U);
  EXPECT_EQ(here.told[0].report, "agents");
  EXPECT_EQ(here.told[0].collector, "collector of agents");
  EXPECT_EQ(here.told[0].bytes, two_agents.size());
  EXPECT_FALSE(here.told[0].failure);
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(exchange, sends_the_token_in_its_header_and_nowhere_else) {
  here.settings.operation.server_number = "0042";
  const auto& server = serve({{receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  const auto head = server.requests().at(0);
  EXPECT_THAT(head, StartsWith("GET /api/v2/real_time.php?api=agents HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nwolkvox-token: s3cret\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nwolkvox_server: 0042\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nHost: 127.0.0.1:"));
  EXPECT_THAT(head, HasSubstr("\r\nAccept-Encoding: gzip\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nUser-Agent: wolkvox_exporter\r\n"));
  EXPECT_EQ(head.find("s3cret"), head.rfind("s3cret"));
}

TEST_F(exchange, keeps_the_connection_for_the_next_request) {
  const auto& server = serve({{receive(), send(ok(no_agents)), receive(), send(ok(two_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(server.connections(), 1U);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST_F(exchange, keeps_no_connection_beyond_its_idle_time) {
  here.longest_idle = std::chrono::minutes{0};
  const auto& server =
      serve({{receive(), send(ok(no_agents)), hang()}, {receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, opens_another_connection_after_the_server_asked_to_close) {
  const auto& server = serve({{receive(), send(ok(no_agents, "Connection: close\r\n"))},
                              {receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, replaces_a_kept_connection_that_the_peer_closed_without_a_word) {
  const auto& server = serve({{receive(), send(ok(no_agents))}, {receive(), send(ok(two_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  const auto second = here.ask();
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_THAT(here.ids, ElementsAre("7", "8"));
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(here.told.size(), 2U) << "the replacement is silent";
}

TEST_F(exchange, replaces_a_kept_connection_that_the_peer_reset_on_the_request) {
  const auto& server = serve(
      {{receive(), send(ok(no_agents)), receive(), reset()}, {receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  const auto second = here.ask();
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, replaces_it_only_once) {
  const auto& server =
      serve({{receive(), send(ok(no_agents))}, {receive()}, {receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  const auto second = here.ask();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, error_kind::connect);
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, asks_no_second_time_once_a_byte_of_the_answer_came) {
  for (const script& ending : {script{}, script{reset()}}) {
    script cut{receive(), send(ok(no_agents)), receive(), send("HTTP/1.1 2")};
    cut.insert(cut.end(), ending.begin(), ending.end());
    const auto& server = serve({cut, {receive(), send(ok(no_agents))}});
    here.start();
    ASSERT_TRUE(here.ask());
    const auto second = here.ask();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, error_kind::connect);
    EXPECT_EQ(server.connections(), 1U);
  }
}

TEST_F(exchange, asks_no_second_time_on_a_fresh_connection) {
  const auto& server = serve({{receive()}, {receive(), send(ok(no_agents))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::connect);
  EXPECT_THAT(result.error().detail, HasSubstr("closed by the peer"));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(exchange, drops_a_kept_connection_on_which_something_came_unasked) {
  const auto& server =
      serve({{receive(), send(ok(no_agents) + "HTTP/1.1 408 Request Timeout\r\n\r\n"), hang()},
             {receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(server.connections(), 2U);
}

TEST_F(exchange, reads_a_chunked_answer) {
  serve({{receive(), send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                          "14\r\n{\"code\":200,\"data\":[\r\n"
                          "12;x=y\r\n{\"agent_id\":\"9\"}]}\r\n0\r\n\r\n")}});
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_THAT(here.ids, ElementsAre("9"));
}

TEST_F(exchange, reads_an_answer_that_ends_with_its_connection) {
  serve({{receive(), send("HTTP/1.0 200 OK\r\n\r\n" + two_agents)}});
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_THAT(here.ids, ElementsAre("7", "8"));
}

TEST_F(exchange, reads_an_answer_that_comes_byte_by_byte) {
  serve({{receive(), send_bytewise(ok(gzip(two_agents), "Content-Encoding: gzip\r\n"))}});
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_THAT(here.ids, ElementsAre("7", "8"));
  EXPECT_EQ(result->bytes, two_agents.size());
}

TEST_F(exchange, reads_an_answer_of_many_pieces) {
  std::string body = R"({"data":[{"agent_id":"0"})";
  constexpr int rows = 20'000;
  for (int i = 1; i < rows; ++i) {
    body += R"(,{"agent_id":")" + std::to_string(i) + R"("})";
  }
  body += "]}";
  serve(
      {{receive(), send(ok(body)), receive(), send(ok(gzip(body), "Content-Encoding: gzip\r\n"))}});
  here.start();
  for (int turn = 0; turn < 2; ++turn) {
    const auto result = here.ask();
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->envelope.rows, std::uint64_t{rows});
    EXPECT_EQ(here.ids.back(), std::to_string(rows - 1));
    EXPECT_EQ(result->bytes, body.size());
  }
}

TEST_F(exchange, takes_404_in_the_platforms_form_for_zero_rows) {
  serve(
      {{receive(), send(answer_with(
                       "404 Not Found",
                       R"({"code":"404","error":"Not Found","msg":"Validate dates entered"})"))}});
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(result->envelope.rows, 0U);
}

TEST_F(exchange, follows_no_redirect) {
  const auto& server =
      serve({{receive(), send(answer_with("302 Found", "", "Location: /elsewhere\r\n")), receive(),
              send(ok(no_agents))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::http);
  EXPECT_EQ(result.error().status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(exchange, tells_the_shape_of_a_report_once) {
  serve({{receive(), send(ok(no_agents)), receive(), send(ok(two_agents)), receive(),
          send(ok(two_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  EXPECT_TRUE(here.shapes.empty()) << "an answer without rows has no shape";
  ASSERT_TRUE(here.ask());
  ASSERT_TRUE(here.ask());
  ASSERT_EQ(here.shapes.size(), 1U);
  EXPECT_EQ(here.shapes[0].first, "agents");
  EXPECT_THAT(here.shapes[0].second, HasSubstr("agent_id"));
}

TEST_F(exchange, sends_nothing_without_a_token) {
  here.settings.token = [] {
    error failure;
    failure.kind = error_kind::auth;
    failure.no_token = true;
    failure.detail = "token_file is gone";
    return ready_token(std::unexpected(failure));
  };
  const auto& server = serve({{receive(), send(ok(no_agents))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().detail, "token_file is gone");
  EXPECT_EQ(result.error().operation, "acme");
  EXPECT_EQ(result.error().report, "agents");
  EXPECT_EQ(server.connections(), 0U);
  ASSERT_EQ(here.told.size(), 1U) << "it counts as an error all the same";
  EXPECT_TRUE(here.told[0].failure->no_token);
}

TEST_F(exchange, sends_nothing_with_a_token_that_would_end_its_header) {
  here.settings.token = [] { return ready_token(secret{"a\r\nX-Evil: 1"}); };
  const auto& server = serve({{receive(), send(ok(no_agents))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::auth);
  EXPECT_THAT(result.error().detail, Not(HasSubstr("Evil")));
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(exchange, points_to_the_allow_list_when_nobody_answers_the_call) {
  const auto port = serve({}).port();
  serve({}).stop();
  here.settings.operation.base.port = port;  // of the first server, gone by now
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::connect);
  EXPECT_THAT(result.error().advice, HasSubstr("allow-list"));
  EXPECT_EQ(here.told.size(), 1U);
}

TEST_F(exchange, tells_a_name_that_does_not_resolve) {
  here.settings.operation.base.host = "wolkvox.test";
  here.resolve = [](const std::string&, std::uint16_t) {
    return std::expected<addresses, boost::system::error_code>(
        std::unexpected(make_error_code(boost::asio::error::host_not_found)));
  };
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::connect);
  EXPECT_THAT(result.error().detail, HasSubstr("Host not found"));
  EXPECT_THAT(result.error().advice, HasSubstr("name servers"));
}

class with_slots : public exchange, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(with_slots, never_has_more_requests_under_way_than_configured) {
  here.settings.operation.max_concurrent_requests = GetParam();
  script patient;
  for (int i = 0; i < 8; ++i) {
    patient.push_back(receive());
    patient.push_back(
        send_bytewise(fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n", no_agents.size())));
    patient.push_back(send("\r\n" + no_agents));
  }
  const auto& server = serve({patient, patient, patient});
  here.start();
  std::vector<std::unique_ptr<asked>> all;
  for (int i = 0; i < 8; ++i) {
    all.push_back(here.begin(urgency::report));
  }
  for (auto& one : all) {
    here.finish(*one);
    EXPECT_TRUE(*one->result);
  }
  EXPECT_EQ(server.at_once(), GetParam());
  EXPECT_EQ(server.connections(), GetParam());
  EXPECT_EQ(server.requests().size(), 8U);
}

INSTANTIATE_TEST_SUITE_P(one_and_two, with_slots, testing::Values(1U, 2U));

TEST_F(exchange, asks_the_most_urgent_first) {
  script four;
  for (int i = 0; i < 4; ++i) {
    four.push_back(receive());
    four.push_back(send(ok(no_agents)));
  }
  const auto& server = serve({four});
  here.start();
  const auto catching_up = here.begin(urgency::catch_up, "first");
  ASSERT_TRUE(here.run_until([&] { return server.requests().size() == 1; }));
  const auto report = here.begin(urgency::report, "report");
  const auto names = here.begin(urgency::names, "names");
  const auto live = here.begin(urgency::live, "live");
  for (const auto* one : {catching_up.get(), report.get(), names.get(), live.get()}) {
    here.finish(const_cast<asked&>(*one));
  }
  std::vector<std::string> order;
  for (const auto& report_told : here.told) {
    order.push_back(report_told.report);
  }
  EXPECT_THAT(order, ElementsAre("first", "live", "names", "report"));
}

}  // namespace
}  // namespace wolkvox::api::test
