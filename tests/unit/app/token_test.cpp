// A token that cannot be had, as the error of the request that needs it.
#include "exporter/app/token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/app/poll_problem.hpp"

namespace wolkvox::app {
namespace {

TEST(token, that_cannot_be_read_is_an_auth_error_of_our_own) {
  const auto read = read_token({.file = "/nonexistent/acme.token", .environment = {}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, api::error_kind::auth);
  EXPECT_THAT(api::to_string(read.error()),
              testing::AllOf(testing::HasSubstr("/nonexistent/acme.token cannot be read"),
                             testing::HasSubstr("put the token")));
  const poll_problem problem = to_problem(read.error());
  EXPECT_TRUE(problem.no_token);
  EXPECT_EQ(problem.refused, poll::refusal::auth) << "every collector waits for the file";
}

}  // namespace
}  // namespace wolkvox::app
