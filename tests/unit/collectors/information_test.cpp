// quota and names: what information.php says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/collectors/sample_poll.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::named_thing;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(quota, reads_limit_use_of_all_tokens_and_rest) {
  const auto result = sample_poll{}.read_rows(
      "quota",
      R"({"description":"BI","token_limit":"25,000","token_use_today":"10","all_token_today":"1200",
                   "available_consumption_options":"23800"})");
  EXPECT_THAT(live_lines(result),
              ElementsAre("wolkvox_quota_limit_requests 25000", "wolkvox_quota_used_requests 1200",
                          "wolkvox_quota_remaining_requests 23800"));
  EXPECT_EQ(result.quota->limit, 25000);
  EXPECT_EQ(result.quota->used, 1200);
  EXPECT_EQ(result.quota->remaining, 23800);
}

TEST(quota, takes_a_single_object_as_its_row) {
  const auto result =
      sample_poll{}.read("quota", {R"({"code":200,"data":{"token_limit":"1000"}})"});
  EXPECT_THAT(live_lines(result), ElementsAre("wolkvox_quota_limit_requests 1000"));
}

TEST(quota, leaves_out_what_is_absent_or_unreadable) {
  const auto result = sample_poll{}.read_rows(
      "quota", R"({"token_limit":"-","all_token_today":"unlimited","token_use_today":"3"})");
  EXPECT_THAT(live_lines(result), IsEmpty());
  EXPECT_EQ(result.quota->used, std::nullopt) << "one token's use is not the operation's";
  EXPECT_THAT(result.field_errors, ElementsAre(Pair("all_token_today", 1)));
}

TEST(quota, counts_the_operation_once_where_each_token_has_a_row) {
  const auto result = sample_poll{}.read_rows("quota", R"({"all_token_today":"7"},
                                                          {"token_limit":"1000","all_token_today":"7"})");
  EXPECT_EQ(result.quota->used, 7);
  EXPECT_EQ(result.quota->limit, 1000);
  EXPECT_EQ(result.live->samples.size(), 2U);
}

TEST(names, fills_the_roster_from_three_questions) {
  const sample_poll poll;
  const auto asked = poll.queries("names");
  ASSERT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[0].api, "agents");
  EXPECT_EQ(asked[1].api, "skills");
  EXPECT_EQ(asked[2].api, "campaigns");
  const auto result = poll.read(
      "names",
      {envelope(R"({"agent_id":"1","agent_name":"Ana Ruiz","agent_dni":"52000111","enabled":"yes"},
                            {"agent_id":"2","agent_name":""},{"agent_name":"Nobody"})"),
       envelope(R"({"skill_id":"77","skill_name":"Ventas"},{"skill_id":"78","skill_name":"-"})"),
       envelope(R"({"campaign_id":"12","campaign_name":"Cobranza"})")});
  ASSERT_TRUE(result.roster.has_value());
  EXPECT_THAT(result.roster->all(named_thing::agent),
              UnorderedElementsAre(Pair("1", "Ana Ruiz"), Pair("2", "2")))
      << "listed, though without a name";
  EXPECT_THAT(result.roster->all(named_thing::skill),
              UnorderedElementsAre(Pair("77", "Ventas"), Pair("78", "78")));
  EXPECT_THAT(result.roster->all(named_thing::campaign),
              UnorderedElementsAre(Pair("12", "Cobranza")));
  EXPECT_THAT(result.ignored, ElementsAre(Pair("no_id", 1)));
  EXPECT_EQ(result.rows, 6U);
  EXPECT_FALSE(result.live.has_value());
}

TEST(names, takes_of_two_rows_of_one_agent_the_enabled_one) {
  const std::string on = R"({"agent_id":"1","agent_name":"Ana Ruiz","enabled":"Yes"})";
  const std::string off = R"({"agent_id":"1","agent_name":"Otra","enabled":"no"})";
  const std::string unsaid = R"({"agent_id":"1","agent_name":"Otra mas"})";
  const auto name_in = [](const std::string& rows) {
    const auto result = sample_poll{}.read("names", {envelope(rows), envelope(""), envelope("")});
    return std::string{result.roster->find(named_thing::agent, "1").value()};
  };
  EXPECT_EQ(name_in(on + "," + off), "Ana Ruiz");
  EXPECT_EQ(name_in(off + "," + on), "Ana Ruiz");
  EXPECT_EQ(name_in(on + "," + unsaid), "Ana Ruiz");
  EXPECT_EQ(name_in(off + "," + unsaid), "Otra mas") << "else the later one";
}

}  // namespace
}  // namespace wolkvox::collectors
