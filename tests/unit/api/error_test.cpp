// Errors as labels and as log lines.
#include "exporter/api/error.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace wolkvox::api {
namespace {

TEST(error_label, is_the_reason_of_the_contract) {
  using enum error_kind;
  const std::vector<std::pair<error_kind, std::string_view>> cases = {{connect, "connect"},
                                                                      {tls, "tls"},
                                                                      {timeout, "timeout"},
                                                                      {auth, "auth"},
                                                                      {quota, "quota"},
                                                                      {concurrency, "concurrency"},
                                                                      {bad_request, "bad_request"},
                                                                      {http, "http"},
                                                                      {parse, "parse"},
                                                                      {too_large, "too_large"},
                                                                      {cancelled, "cancelled"}};
  for (const auto& [kind, label] : cases) {
    EXPECT_EQ(to_label(kind), label);
  }
}

TEST(error, of_a_token_that_cannot_be_read_is_of_our_own) {
  const error problem = token_unreadable("/acme.token cannot be read");
  EXPECT_EQ(problem.kind, error_kind::auth);
  EXPECT_TRUE(problem.no_token);
  EXPECT_EQ(
      to_string(problem),
      "/acme.token cannot be read (auth); put the token of wolkvox Manager there, alone on one "
      "line");
}

TEST(error_line, says_where_what_and_what_to_do) {
  error e;
  e.kind = error_kind::quota;
  e.operation = "acme";
  e.report = "agents";
  e.status = 403;
  e.detail = "token limit exceeded";
  e.advice = "wait for the day to change";
  EXPECT_EQ(to_string(e),
            "acme/agents: 403 token limit exceeded (quota); wait for the day to change");
}

TEST(error_line, leaves_out_what_is_not_known) {
  error e;
  e.kind = error_kind::connect;
  e.detail = "connection refused";
  EXPECT_EQ(to_string(e), "connection refused (connect)");
  e.report = "cdr_1";
  EXPECT_EQ(to_string(e), "cdr_1: connection refused (connect)");
  e.report.clear();
  e.operation = "acme";
  e.detail.clear();
  EXPECT_EQ(to_string(e), "acme: (connect)");
}

}  // namespace
}  // namespace wolkvox::api
