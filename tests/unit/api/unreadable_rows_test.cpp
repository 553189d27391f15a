// What one row does to an answer: strings that JSON does not allow are repaired, a row that cannot
// be read is lost alone, however the body is cut into pieces. And the forms that rows come in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "exporter/api/string_repair.hpp"
#include "tests/unit/api/collected_rows.hpp"

namespace wolkvox::api {
namespace {

using testing::ElementsAre;

// The whole body and each way of cutting it must tell the same.
decoded decoded_alike(const std::string& body) {
  auto whole = decode(body);
  const auto expect_same = [&](const decoded& other) {
    EXPECT_EQ(whole.rows, other.rows) << body;
    EXPECT_EQ(whole.envelope.has_value(), other.envelope.has_value()) << body;
    if (whole.envelope && other.envelope) {
      EXPECT_EQ(whole.envelope->lost_rows, other.envelope->lost_rows) << body;
      EXPECT_EQ(whole.envelope->shape, other.envelope->shape) << body;
    }
  };
  expect_same(decode(byte_by_byte(body)));
  std::mt19937 random{7};
  for (int i = 0; i < 50; ++i) {
    expect_same(decode(split(body, random, 9)));
  }
  return whole;
}

std::vector<std::optional<std::string>> ids_of(const decoded& result) {
  std::vector<std::optional<std::string>> ids;
  for (const auto& row : result.rows) {
    ids.push_back(row[0]);
  }
  return ids;
}

TEST(strings, that_json_does_not_allow_are_repaired) {
  struct repair {
    std::string written;
    std::string read;
  };
  const std::vector<repair> cases = {
      {R"(hola \ud83d)", "hola \uFFFD"},
      {R"(\ude00 hola)", "\uFFFD hola"},
      {R"(\ud83d\ud83d\ude00)", "\uFFFD\U0001F600"},
      {R"(\ud83d\u0041)", "\uFFFDA"},
      {R"(\ud83d\n!)", "\uFFFD !"},
      {R"(\uD83D\uDE00)", "\U0001F600"},
      {"one\ntwo\tthree", "one two three"},
      {std::string{"a\0b", 3}, "a b"},
      {"a\x1f", "a"},
      {R"(it\'s)", "it's"},
      {R"(C:\dir)", R"(C:\dir)"},
      {R"(\x41)", R"(\x41)"},
      {R"(\u12)", R"(\u12)"},
      {R"(\u12zz)", R"(\u12zz)"},
      {R"(100\% sure)", R"(100\% sure)"},
      {"\\\n.", "\\ ."},
      {R"(fine \\ \" \/ \u00f1)", "fine \\ \" / \u00f1"},
  };
  for (const auto& [written, read] : cases) {
    const auto result = decoded_alike("[{\"agent_name\":\"" + written +
                                      "\",\"agent_id\":\"1\"},{\"agent_id\":\"2\"}]");
    ASSERT_TRUE(result.envelope.has_value()) << written << result.envelope.error().detail;
    EXPECT_EQ(result.envelope->lost_rows, 0U) << written;
    ASSERT_EQ(result.rows.size(), 2U) << written;
    EXPECT_EQ(result.rows[0][1], read) << written;
  }
}

TEST(strings, keep_blanks_outside_of_them) {
  const auto result =
      decoded_alike("{\n\t\"code\" : \"200\",\r\n\"data\" : [\n{\"agent_id\":\"a\nb\"}\n]\n}\n");
  EXPECT_THAT(ids_of(result), ElementsAre("a b"));
}

TEST(strings, that_are_right_are_not_copied) {
  string_repair repair;
  const std::string body = R"([{"a":"\u00f1 \ud83d\ude00 \" \\"}])" + std::string(500, ' ');
  const auto step = repair.next(body);
  EXPECT_TRUE(step.as_written);
  EXPECT_EQ(step.text.data(), body.data());
  EXPECT_EQ(step.taken, body.size());
}

TEST(a_row, that_cannot_be_read_is_lost_alone) {
  for (const std::string bad : {
           R"({"agent_id":"x","p":"C:\","q":"1"})",
           R"({"agent_id":"x","p":"say "hello""})",
           R"({"agent_id":NaN})",
           R"({"agent_id":"x",})",
           R"({"agent_id" "x"})",
           R"({"agent_id":01})",
           R"({"agent_id":"x","p":[1,2})",
           R"({"agent_id":"x","p":'y'})",
           R"({agent_id:"x"})",
           R"({"agent_id":"x","p":"a }, b "c" } ]})",
           R"("agent_id":"x","p":"y"})",
           R"("agent_id":7})",
       }) {
    for (const bool first : {false, true}) {
      const std::string rows = first ? bad + R"( , {"agent_id":"1"},{"agent_id":"2"})"
                                     : R"({"agent_id":"1"},)" + bad + R"(,{"agent_id":"2"})";
      for (const std::string& body :
           {"[" + rows + "]", R"({"code":"200","data":[)" + rows + R"(],"msg":"m"})"}) {
        const auto result = decoded_alike(body);
        ASSERT_TRUE(result.envelope.has_value()) << body << ' ' << result.envelope.error().detail;
        EXPECT_EQ(result.envelope->lost_rows, 1U) << body;
        EXPECT_THAT(ids_of(result), ElementsAre("1", "2")) << body;
      }
    }
  }
}

TEST(rows, are_all_read_whatever_stands_between_them) {
  for (const std::string between :
       {" ", ";", ",,", "}, ", ",\x0b", ", x ", ",\xc2\xa0", "", ",,,;"}) {
    for (const std::string behind : {"", ","}) {
      const auto body =
          fmt::format(R"({{"code":"200","data":[{{"agent_id":"1"}}{0}{{"agent_id":"2"}}{0})"
                      R"({{"agent_id":"3"}}{1}],"msg":"m"}})",
                      between, behind);
      const auto result = decoded_alike(body);
      ASSERT_TRUE(result.envelope.has_value()) << body << result.envelope.error().detail;
      EXPECT_THAT(ids_of(result), ElementsAre("1", "2", "3")) << body;
      EXPECT_EQ(result.envelope->lost_rows, 0U) << body;
      EXPECT_EQ(result.envelope->message, "m");
    }
  }
}

TEST(a_row, that_is_the_last_one_leaves_the_envelope_readable) {
  const auto result = decoded_alike(
      R"({"data":[{"agent_id":"1"},{"agent_id":"x","p":"C:\","q":"1"}],"code":"200","msg":"m"})");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->code, "200");
  EXPECT_EQ(result.envelope->lost_rows, 1U);
}

TEST(a_row, is_counted_as_lost_once_for_each) {
  const auto result = decoded_alike(
      R"([{"agent_id":"1"},{"agent_id":NaN},{"agent_id":NaN},{"agent_id":"2"},{"agent_id":NaN}])");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->lost_rows, 3U);
  EXPECT_THAT(ids_of(result), ElementsAre("1", "2"));
}

TEST(an_answer, of_which_no_row_can_be_read_is_unreadable) {
  const auto unreadable = [](const std::string& body) {
    const auto result = decode(body);
    EXPECT_FALSE(result.envelope.has_value()) << body;
    return !result.envelope && result.envelope.error().unreadable;
  };
  EXPECT_TRUE(unreadable(R"([{"agent_id":NaN}])"));
  EXPECT_TRUE(unreadable(R"({"code":"200","msg":"a "b"","data":[{"agent_id":"1"}]})"));
  EXPECT_TRUE(unreadable(R"({"code":"200","data":[{"agent_id":"1"},{"agent_id":"x" oh"} } })"));
  for (const std::string cut_or_no_json :
       {"", "<html>}</html>", "secret", R"([{"agent_id":"1"})",
        R"({"data":[{"agent_id":"1"},{"a":)", R"({"data":[{"agent_id":NaN},{"a":"b)"}) {
    EXPECT_FALSE(unreadable(cut_or_no_json)) << cut_or_no_json;
  }
}

TEST(rows, may_be_keyed_by_numbers_or_names) {
  for (const std::string body : {
           R"({"code":"200","data":{"0":{"agent_id":"1"},"2":{"agent_id":"2"}}})",
           R"({"code":"200","data":{"ana":{"agent_id":"1"},"luis":{"agent_id":"2"}},"msg":"m"})",
           R"({"code":"200","data":{"total":2,"0":{"agent_id":"1"},"2":{"agent_id":"2"}}})",
           R"({"0":{"agent_id":"1"},"2":{"agent_id":"2"}})",
           R"({"ana":{"agent_id":"1"},"luis":{"agent_id":"2"}})",
           R"({"code":"200","0":{"agent_id":"1"},"1":{"agent_id":"2"}})",
       }) {
    const auto result = decoded_alike(body);
    ASSERT_TRUE(result.envelope.has_value()) << body << result.envelope.error().detail;
    EXPECT_EQ(result.envelope->rows, 2U) << body;
    EXPECT_THAT(ids_of(result), ElementsAre("1", "2")) << body;
  }
}

TEST(rows, that_are_keyed_are_lost_alone_too) {
  for (
      const std::string body : {
          R"({"code":"200","data":{"0":{"agent_id":"1"},"1":{"agent_id":NaN},"2":{"agent_id":"2"}}})",
          R"({"code":"200","data":{"0":{"agent_id":"1"},"1":{"agent_id":"2"},"2":{"agent_id":NaN}}})",
          R"({"0":{"agent_id":"1"},"1":{"agent_id":"\","x":"y"},"2":{"agent_id":"2"}})",
          R"({"data":{"0":{"agent_id":"1"},"1":{"agent_id":"9",\"x":1},"2":{"agent_id":"2"}}})",
      }) {
    const auto result = decoded_alike(body);
    ASSERT_TRUE(result.envelope.has_value()) << body << result.envelope.error().detail;
    EXPECT_EQ(result.envelope->lost_rows, 1U) << body;
    EXPECT_THAT(ids_of(result), ElementsAre("1", "2")) << body;
  }
}

TEST(rows, are_not_what_stands_beside_an_envelope) {
  const auto result = decoded_alike(
      R"({"paging":{"next":"2","of":{"agent_id":"8"}},"code":"200","meta":{"agent_id":"9"},"data":[]})");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->rows, 0U);
  EXPECT_EQ(result.envelope->code, "200");
}

}  // namespace
}  // namespace wolkvox::api
