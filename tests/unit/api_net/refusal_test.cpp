// The client against a scripted server on loopback: refusals, damage, limits, and what it does
// about them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gzip.hpp"
#include "serving.hpp"

namespace wolkvox::api::test {
namespace {

using namespace std::chrono_literals;

class refused : public exchange {};

struct refusal_case {
  const char* name;
  std::string reply;
  error_kind kind;
  int status;
};

class refusals : public refused, public testing::WithParamInterface<refusal_case> {};

TEST_P(refusals, are_errors_of_their_kind) {
  serve({{receive(), send(GetParam().reply)}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  const auto& failure = result.error();
  EXPECT_EQ(failure.kind, GetParam().kind) << to_string(failure);
  EXPECT_EQ(failure.status, GetParam().status);
  EXPECT_EQ(failure.operation, "acme");
  EXPECT_EQ(failure.report, "agents");
  ASSERT_EQ(here.told.size(), 1U);
  ASSERT_TRUE(here.told[0].failure);
  EXPECT_EQ(here.told[0].failure->kind, GetParam().kind);
  EXPECT_TRUE(here.ids.empty());
}

std::string message(const std::string& text) {
  return R"({"code":"403","msg":")" + text + "\"}";
}

INSTANTIATE_TEST_SUITE_P(
    every, refusals,
    testing::Values(
        refusal_case{"bad_request",
                     answer_with("400 Bad Request", message("SOME PARAMETERS ARE REQUIRED")),
                     error_kind::bad_request, 400},
        refusal_case{"no_token",
                     answer_with("401 Unauthorized", message("PLEASE ENTER THE WOLKVOX-TOKEN")),
                     error_kind::auth, 401},
        refusal_case{"bad_token", answer_with("403 Forbidden", message("PLEASE VALIDATE TOKEN")),
                     error_kind::auth, 403},
        refusal_case{"spent", answer_with("403 Forbidden", message("TOKEN LIMIT EXCEEDED")),
                     error_kind::quota, 403},
        refusal_case{"html", answer_with("502 Bad Gateway", "<html>"), error_kind::http, 502},
        refusal_case{"endless_html", answer_with("503 Down", std::string(1 << 20, 'x')),
                     error_kind::http, 503},
        refusal_case{"rows_in_a_refusal", answer_with("500 Oops", R"({"data":[{"agent_id":"7"}]})"),
                     error_kind::http, 500},
        refusal_case{"cut_json", ok(R"({"data":[)"), error_kind::parse, 200},
        refusal_case{"cut_gzip",
                     ok(gzip(R"({"data":[]})").substr(0, 15), "Content-Encoding: gzip\r\n"),
                     error_kind::parse, 200},
        refusal_case{"unasked_coding", ok("x", "Content-Encoding: br\r\n"), error_kind::http, 200},
        refusal_case{"lying_length", "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n[]",
                     error_kind::too_large, 200},
        refusal_case{"no_http", "SSH-2.0-OpenSSH\r\n\r\n", error_kind::http, 0},
        refusal_case{"long_header",
                     "HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n",
                     error_kind::http, 0},
        refusal_case{"cut_body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[]",
                     error_kind::connect, 200}),
    [](const auto& of) { return of.param.name; });

TEST_F(refused, tells_a_reset_inside_the_answer) {
  serve({{receive(), send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n["), reset()}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::connect);
}

TEST_F(refused, stops_a_gzip_bomb_at_the_limit) {
  here.settings.body_limit = 100'000;
  const std::string bomb = gzip("[" + std::string(10'000'000, ' ') + "]");
  ASSERT_LT(bomb.size(), here.settings.body_limit);
  serve({{receive(), send(ok(bomb, "Content-Encoding: gzip\r\n"))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::too_large);
}

TEST_F(refused, stops_a_chunked_answer_at_the_limit) {
  here.settings.body_limit = 100'000;
  // 200,000 bytes of a chunk that never ends, and neither does the answer.
  serve({{receive(),
          send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n[" +
               std::string(200'000, ' ')),
          hang()}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::too_large);
}

TEST_F(refused, passes_on_when_to_come_back) {
  serve(
      {{receive(), send(answer_with("429 Too Many Requests", "", "Retry-After: 17\r\n")), receive(),
        send(answer_with("503 Later", "",
                         "Date: Fri, 20 Nov 2026 10:00:00 GMT\r\nRetry-After: Fri, 20 Nov 2026 "
                         "10:01:00 GMT\r\n"))}});
  here.start();
  const auto first = here.ask();
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, error_kind::concurrency);
  EXPECT_EQ(first.error().retry_after, 17s);
  EXPECT_EQ(here.pauses, 0) << "the server said when: no retry of our own";
  const auto second = here.ask();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().retry_after, 60s);
}

const std::string simultaneous = answer_with(
    "403 Forbidden", message("EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)"));

TEST_F(refused, steps_back_once_when_too_many_ask_at_once) {
  serve({{receive(), send(simultaneous), receive(), send(ok(two_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(here.pauses, 1);
  ASSERT_EQ(here.told.size(), 2U) << "both exchanges cost quota";
  EXPECT_EQ(here.told[0].failure->kind, error_kind::concurrency);
  EXPECT_FALSE(here.told[1].failure);
}

TEST_F(refused, asks_the_gate_when_its_turn_has_come_and_sends_nothing_when_it_is_shut) {
  int asked_gate = 0;
  here.settings.gate = [&asked_gate](const report_query&) -> std::optional<error> {
    if (++asked_gate == 1) {
      return std::nullopt;
    }
    error shut;
    shut.kind = error_kind::quota;
    shut.detail = "closed until tomorrow";
    return shut;
  };
  const auto& server = serve({{receive(), send(ok(no_agents)), receive(), send(ok(no_agents))}});
  here.start();
  ASSERT_TRUE(here.ask());
  const auto second = here.ask();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().detail, "closed until tomorrow");
  EXPECT_EQ(second.error().report, "agents");
  EXPECT_EQ(server.requests().size(), 1U);
  EXPECT_EQ(here.told.size(), 1U);
}

TEST_F(refused, steps_back_no_second_time) {
  const auto& server = serve({{receive(), send(simultaneous), receive(), send(simultaneous),
                               receive(), send(ok(no_agents))}});
  here.start();
  const auto result = here.ask();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, error_kind::concurrency);
  EXPECT_EQ(server.requests().size(), 2U);
}

}  // namespace
}  // namespace wolkvox::api::test
