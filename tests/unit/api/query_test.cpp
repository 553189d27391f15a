// The request target: order kept, everything but unreserved characters percent-encoded.
#include "exporter/api/query.hpp"

#include <gtest/gtest.h>

namespace wolkvox::api {
namespace {

report_query query_with(std::vector<std::pair<std::string, std::string>> parameters) {
  report_query query;
  query.file = "reports_manager.php";
  query.api = "cdr_1";
  query.parameters = std::move(parameters);
  return query;
}

TEST(request_target, names_the_report_first) {
  EXPECT_EQ(target(query_with({})), "reports_manager.php?api=cdr_1");
}

TEST(request_target, keeps_the_order_of_parameters) {
  EXPECT_EQ(
      target(query_with(
          {{"skill_id", "all"}, {"date_ini", "20261121000000"}, {"date_end", "20261121235959"}})),
      "reports_manager.php?api=cdr_1&skill_id=all&date_ini=20261121000000"
      "&date_end=20261121235959");
}

TEST(request_target, keeps_empty_values) {
  EXPECT_EQ(target(query_with({{"skill_id", ""}})), "reports_manager.php?api=cdr_1&skill_id=");
}

TEST(request_target, leaves_unreserved_characters_alone) {
  EXPECT_EQ(target(query_with({{"a", "AZaz09-._~"}})),
            "reports_manager.php?api=cdr_1&a=AZaz09-._~");
}

TEST(request_target, encodes_everything_else) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"+", "%2B"},         {":", "%3A"},    {" ", "%20"},    {"&", "%26"}, {"=", "%3D"},
      {"%", "%25"},         {"/", "%2F"},    {"?", "%3F"},    {"#", "%23"}, {"\n", "%0A"},
      {"\u00f1", "%C3%B1"}, {"\xff", "%FF"}, {"[]", "%5B%5D"}};
  for (const auto& [text, encoded] : cases) {
    EXPECT_EQ(target(query_with({{"a", text}})), "reports_manager.php?api=cdr_1&a=" + encoded);
    EXPECT_EQ(target(query_with({{text, "1"}})), "reports_manager.php?api=cdr_1&" + encoded + "=1");
  }
}

TEST(request_target, encodes_the_report_name) {
  auto query = query_with({});
  query.api = "x&y";
  EXPECT_EQ(target(query), "reports_manager.php?api=x%26y");
}

}  // namespace
}  // namespace wolkvox::api
