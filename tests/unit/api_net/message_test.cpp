#include "exporter/api/net/message.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace wolkvox::api {
namespace {

struct mistake {
  const char* name;
  std::string token = "t";
  std::string path = "/api/v2/";
  std::string server = "0042";
  std::string agent = "wolkvox_exporter";
  error_kind kind = error_kind::bad_request;
};

std::expected<request, error> make(const mistake& of) {
  config::operation operation;
  operation.base.path = of.path;
  operation.server_number = of.server;
  const report_query query{.file = "customer.php",
                           .api = "agents_detail",
                           .parameters = {{"x", "a\r\nX-Evil: 1"}},
                           .schema = nullptr,
                           .schema_owner = nullptr};
  return make_request(operation, query, secret{of.token}, of.agent);
}

TEST(make_request, encodes_what_could_end_a_line) {
  const auto made = make({.name = "none"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->target, "/api/v2/customer.php?api=agents_detail&x=a%0D%0AX-Evil%3A%201");
}

TEST(make_request, names_the_server_only_where_it_is_configured) {
  const auto has_server = [](const request& made) {
    return std::ranges::any_of(made.headers,
                               [](const auto& field) { return field.name == "wolkvox_server"; });
  };
  EXPECT_TRUE(has_server(*make({.name = "with"})));
  EXPECT_FALSE(has_server(*make({.name = "without", .server = ""})));
}

class mistakes : public testing::TestWithParam<mistake> {};

TEST_P(mistakes, are_refused_without_repeating_them) {
  const auto made = make(GetParam());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, GetParam().kind);
  EXPECT_FALSE(made.error().advice.empty());
  EXPECT_EQ(to_string(made.error()).find("hidden"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    every, mistakes,
    testing::Values(
        mistake{.name = "empty_token", .token = "", .kind = error_kind::auth},
        mistake{.name = "line_break", .token = "hidden\n", .kind = error_kind::auth},
        mistake{.name = "carriage_return", .token = "hidden\r", .kind = error_kind::auth},
        mistake{.name = "zero", .token = std::string("hidden\0", 7), .kind = error_kind::auth},
        mistake{.name = "blank", .token = "hidden token", .kind = error_kind::auth},
        mistake{.name = "high_byte", .token = "hidden\xc3\xb1", .kind = error_kind::auth},
        mistake{.name = "path", .path = "/a b/"},
        mistake{.name = "path_line_break", .path = "/a\r\n/"},
        mistake{.name = "server", .server = "0042\r\nX: y"},
        mistake{.name = "user_agent", .agent = "x\ny"}),
    [](const auto& of) { return of.param.name; });

}  // namespace
}  // namespace wolkvox::api
