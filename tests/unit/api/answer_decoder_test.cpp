// Rows and envelopes from every form of answer that wolkvox-api.md 2.1 and 7 know, and limits
// against a lying server.
#include "exporter/api/answer_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/api/collected_rows.hpp"

namespace wolkvox::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto absent = std::nullopt;

// The rows of a body that must decode.
std::vector<row_texts> rows_of(std::string_view body) {
  auto result = decode(body);
  EXPECT_TRUE(result.envelope.has_value())
      << body << ": " << (result.envelope ? "" : to_string(result.envelope.error()));
  return result.rows;
}

// The only row of an answer, made of the members of one object.
row_texts row_of(std::string_view members) {
  const auto rows = rows_of("{\"code\":\"200\",\"data\":[{" + std::string{members} + "}]}");
  EXPECT_THAT(rows, SizeIs(1)) << members;
  return rows.empty() ? row_texts(test_fields.size()) : rows.front();
}

std::string parse_failure(std::string_view body) {
  const auto result = decode(body);
  EXPECT_FALSE(result.envelope.has_value()) << body;
  if (result.envelope) {
    return "";
  }
  EXPECT_EQ(result.envelope.error().kind, error_kind::parse);
  return result.envelope.error().detail;
}

TEST(envelope, carries_code_and_message) {
  const auto result = decode(
      R"({"code":"200","error":null,"msg":"2 records were found","data":[{"agent_id":"1"},{"agent_id":"2"}]})");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->code, "200");
  EXPECT_EQ(result.envelope->message, "2 records were found");
  EXPECT_EQ(result.envelope->rows, 2U);
  EXPECT_EQ(result.envelope->not_rows, 0U);
  EXPECT_THAT(result.rows, ElementsAre(row_texts{"1", absent, absent, absent},
                                       row_texts{"2", absent, absent, absent}));
}

TEST(envelope, code_is_a_number_a_string_or_nothing) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {R"({"code":200,"data":[]})", "200"},
      {R"({"code":"200","data":[]})", "200"},
      {R"({"code":"0","data":[]})", "0"},
      {R"({"code":"","data":[]})", ""},
      {R"({"code":" ","data":[]})", ""},
      {R"({"code":null,"data":[]})", ""},
      {R"({"data":[]})", ""},
      {R"({"code":" 404 ","data":[]})", "404"},
      {R"({"code":{"a":1},"data":[]})", ""}};
  for (const auto& [body, code] : cases) {
    const auto result = decode(body);
    ASSERT_TRUE(result.envelope.has_value()) << body;
    EXPECT_EQ(result.envelope->code, code) << body;
  }
}

TEST(envelope, without_rows_has_many_forms) {
  for (const std::string_view body :
       {R"({"code":"200","data":[]})", R"({"code":"200","data":null})",
        R"({"code":"200","data":""})", R"({"code":"200","data":" "})",
        R"({"code":"200","data":{}})", R"({"code":"200","data":"-"})", R"({"code":"200"})",
        R"({"code":"200","data":[{}]})", R"({"code":"200","data":[null]})", R"([])", R"([{}])",
        R"({})", R"({"code":"404","error":"Not Found","msg":"Validate dates entered"})"}) {
    const auto result = decode(body);
    ASSERT_TRUE(result.envelope.has_value()) << body;
    EXPECT_EQ(result.envelope->rows, 0U) << body;
    EXPECT_EQ(result.envelope->not_rows, 0U) << body;
    EXPECT_THAT(result.rows, IsEmpty()) << body;
  }
}

TEST(envelope, members_come_in_any_order_and_spelling) {
  const auto result = decode(R"({"data":[{"agent_id":"1"}],"Msg ":"x"," CODE":200,"error":null})");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->code, "200");
  EXPECT_EQ(result.envelope->message, "x");
  EXPECT_THAT(result.rows, SizeIs(1));
}

TEST(envelope, members_of_rows_are_not_its_own) {
  const auto result =
      decode(R"({"code":"200","data":[{"code":"500","msg":"no","data":[{"agent_id":"2"}]}]})");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->code, "200");
  EXPECT_EQ(result.envelope->message, "");
  EXPECT_EQ(result.envelope->rows, 1U);
}

TEST(envelope, other_members_are_skipped_however_nested) {
  EXPECT_THAT(
      rows_of(
          R"({"meta":{"data":[{"agent_id":"9"}],"code":1},"x":[[1,{"a":"b"}],2],"data":[{"agent_id":"1"}],"y":3})"),
      ElementsAre(row_texts{"1", absent, absent, absent}));
}

TEST(envelope, cuts_long_messages) {
  const auto result = decode("{\"code\":\"" + std::string(100, '1') + "\",\"msg\":\"" +
                             std::string(1000, 'x') + "\"}");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->message, std::string(200, 'x'));
  EXPECT_EQ(result.envelope->code.size(), 32U);
}

TEST(envelope, counts_entries_that_are_no_rows) {
  const auto mixed = decode(R"({"data":[1,"text",[{"agent_id":"3"}],{"agent_id":"1"},true,null]})");
  ASSERT_TRUE(mixed.envelope.has_value());
  EXPECT_EQ(mixed.envelope->rows, 1U);
  EXPECT_EQ(mixed.envelope->not_rows, 4U);
  const auto text = decode(R"({"data":"see attachment"})");
  ASSERT_TRUE(text.envelope.has_value());
  EXPECT_EQ(text.envelope->not_rows, 1U);
}

TEST(answer, may_be_a_bare_array) {
  EXPECT_THAT(rows_of(R"( [ {"agent_id":"1"} , {"agent_id":"2"} ] )"), SizeIs(2));
}

TEST(answer, may_hold_one_object_as_data) {
  EXPECT_THAT(rows_of(R"({"code":"200","data":{"agent_id":"7","nested":{"agent_id":"8"}}})"),
              ElementsAre(row_texts{"7", absent, absent, absent}));
}

TEST(answer, may_begin_with_a_byte_order_mark) {
  const std::string body = "\xEF\xBB\xBF[{\"agent_id\":\"1\"}]";
  EXPECT_THAT(rows_of(body), SizeIs(1));
  EXPECT_TRUE(decode(byte_by_byte(body)).envelope.has_value());
  EXPECT_THAT(parse_failure("\xEF\xBB[]"), HasSubstr("byte order mark"));
  EXPECT_THAT(parse_failure("\xEF\xBB\xBF"), HasSubstr("empty"));
  EXPECT_THAT(parse_failure("\xEF\xBB\xBF\xEF\xBB\xBF[]"), HasSubstr("not JSON"));
}

TEST(fields, are_found_by_trimmed_names_in_any_case) {
  EXPECT_EQ(row_of(R"(" Agent_ID ":"1","AGENT_NAME\t":"Ana","busy/congestion/failed":"3")"),
            (row_texts{"1", "Ana", "3", absent}));
  EXPECT_EQ(row_of(R"("busy\/congestion\/failed":"3","\u0061gent_id":"1")"),
            (row_texts{"1", absent, "3", absent}));
}

TEST(fields, that_are_unknown_or_nested_are_ignored) {
  EXPECT_EQ(row_of(R"("x":{"agent_id":"9"},"agent_name":["a",{"b":1}],"agent_id":"1","y":[1,[2]])"),
            (row_texts{"1", absent, absent, absent}));
}

TEST(fields, with_fillers_are_absent) {
  for (const std::string_view filler : {"null", R"("")", R"(" ")", R"("\t\n")", R"("-")", R"("--")",
                                        R"(" - ")", R"("N/A")", R"("n/a")", "[]", "{}"}) {
    EXPECT_EQ(row_of(R"("agent_name":"Ana","agent_id":)" + std::string{filler}),
              (row_texts{absent, "Ana", absent, absent}))
        << filler;
  }
}

TEST(fields, are_trimmed_and_keep_numbers_as_written) {
  EXPECT_EQ(row_of(R"("agent_id":" 12 ","agent_name":12.50,"ocupation":1e400,"agent":5)"),
            (row_texts{"12", "12.50", absent, "1e400"}));
  EXPECT_EQ(
      row_of(
          R"("agent_id":-0,"agent_name":true,"ocupation":false,"busy/congestion/failed":9007199254740993)"),
      (row_texts{"-0", "true", "9007199254740993", "false"}));
  EXPECT_EQ(row_of(R"("agent_id":123456789012345678901234567890)").front(),
            "123456789012345678901234567890");
}

TEST(fields, with_two_spellings_take_the_preferred_one_that_has_a_value) {
  EXPECT_EQ(row_of(R"("agent_id":"1","agent":"2")").front(), "1");
  EXPECT_EQ(row_of(R"("agent":"2","agent_id":"1")").front(), "1");
  EXPECT_EQ(row_of(R"("agent_id":"","agent":"2")").front(), "2");
  EXPECT_EQ(row_of(R"("agent":"2","agent_id":"--")").front(), "2");
  EXPECT_EQ(row_of(R"("agent_id":"-","agent":" ")").front(), absent);
}

TEST(fields, that_come_twice_keep_the_first_value) {
  EXPECT_EQ(row_of(R"("agent_id":"1","agent_id":"2")").front(), "1");
  EXPECT_EQ(row_of(R"("agent_id":"","Agent_Id":"2")").front(), "2");
}

TEST(fields, are_found_when_rows_differ) {
  EXPECT_THAT(
      rows_of(R"([{"agent_id":"1","agent_name":"a"},{"agent_name":"b","agent_id":"2"},
                  {"x":"0","agent_id":"3"},{"agent_name":"d"},{"agent_id":"5","agent_name":"e"}])"),
      ElementsAre(row_texts{"1", "a", absent, absent}, row_texts{"2", "b", absent, absent},
                  row_texts{"3", absent, absent, absent}, row_texts{absent, "d", absent, absent},
                  row_texts{"5", "e", absent, absent}));
}

TEST(fields, are_found_behind_ever_new_keys) {
  std::string body = "[";
  for (int i = 0; i < 500; ++i) {
    body += "{\"k" + std::to_string(i) + "\":\"x\",\"" + std::string(300, 'k') +
            "\":\"y\",\"agent_id\":\"" + std::to_string(i) + "\"},";
  }
  body += "{\"agent_name\":\"last\"}]";
  const auto rows = rows_of(body);
  ASSERT_THAT(rows, SizeIs(501));
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(rows[i].front(), std::to_string(i));
  }
  EXPECT_EQ(rows.back(), (row_texts{absent, "last", absent, absent}));
}

TEST(fields, keep_escapes_accents_and_bytes_that_are_no_utf8) {
  EXPECT_EQ(row_of(R"("agent_name":"Jos\u00e9 \"Pepe\" Mu\u00f1oz \ud83d\ude00\n.")")[1],
            "Jos\u00e9 \"Pepe\" Mu\u00f1oz \U0001F600 .");
  EXPECT_EQ(row_of("\"agent_name\":\"Mu\xf1oz\",\"agent_id\":\"1\"")[1], "Mu\xf1oz");
  EXPECT_EQ(row_of("\"agent_name\":\"Mu\xf1\\u00f1\xc3\"")[1], "Mu\xf1\u00f1\xc3");
}

TEST(fields, hold_one_blank_for_whatever_ends_a_line) {
  for (const std::string_view end :
       {R"(\r\n)", R"(\u000b)", R"(\f)", R"(\u001c)", R"(\u001d\u001e)", R"(\u0085)", R"(\u2028)",
        R"(\u2029 )", R"(\t \t)", R"(\u0000)", R"(\u007f)", R"(\u00a0)", "  "}) {
    EXPECT_EQ(
        row_of("\"agent_name\":\" Ana" + std::string{end} + "Ruiz" + std::string{end} + "\"")[1],
        "Ana Ruiz")
        << end;
  }
  EXPECT_EQ(row_of("\"agent_name\":\"a\u2027b\u00a1\xc2\"")[1], "a\u2027b\u00a1\xc2");
}

TEST(decoder, tells_what_is_wrong_without_telling_the_body) {
  const std::vector<std::pair<std::string, std::string_view>> cases = {
      {"", "empty"},
      {" \n\t ", "empty"},
      {"<html><body>secret</body></html>", "HTML instead of JSON"},
      {"  <!DOCTYPE html>", "HTML instead of JSON"},
      {"secret", "not JSON"},
      {"\"secret\"", "single value"},
      {"12", "single value"},
      {"true", "single value"},
      {"null", "single value"},
      {R"({"code":"200","data":[{"agent_id":"secret)", "cut off"},
      {R"({"code":"200","data":[{"agent_id":"secret"})", "cut off"},
      {R"([{"agent_id":"1"}] secret)", "behind the end"},
      {R"({"data":[]}{"data":[]})", "behind the end"},
      {R"({"detail":"secret"})", "without code"},
      {std::string(33, '[') + "\"secret\"" + std::string(33, ']'), "nested deeper"},
      {R"({"data":[{"agent_id":NaN}]})", "not JSON"},
      {R"({"data":[{"agent_id":Infinity}]})", "not JSON"},
      {R"({'data':[]})", "not JSON"},
      {R"([{"agent_id":"1",}])", "not JSON"},
      {R"([{"agent_id" "1"}])", "not JSON"},
      {R"([{"agent_id":01}])", "not JSON"},
      {R"([{"agent_id":+1}])", "not JSON"},
      {R"([{"agent_id":.5}])", "not JSON"},
      {"[/* comment */]", "not JSON"},
      {std::string{"[]\0", 3}, "behind the end"},
  };
  for (const auto& [body, detail] : cases) {
    for (const auto& failure : {parse_failure(body), [&] {
                                  const auto result = decode(byte_by_byte(body));
                                  return result.envelope ? "" : result.envelope.error().detail;
                                }()}) {
      EXPECT_THAT(failure, HasSubstr(detail)) << body;
      EXPECT_THAT(failure, testing::Not(HasSubstr("secret"))) << body;
    }
  }
}

TEST(decoder, stays_failed) {
  collected_rows rows;
  answer_decoder decoder{test_schema, rows};
  EXPECT_FALSE(decoder.write("<html>").has_value());
  EXPECT_FALSE(decoder.write(R"([{"agent_id":"1"}])").has_value());
  EXPECT_FALSE(decoder.finish().has_value());
  EXPECT_THAT(rows.rows, IsEmpty());
}

TEST(decoder, hands_rows_on_before_the_answer_is_whole) {
  collected_rows rows;
  answer_decoder decoder{test_schema, rows};
  EXPECT_TRUE(decoder.write(R"({"data":[{"agent_id":"1"},{"agent_id":"2"},{"age)").has_value());
  EXPECT_THAT(rows.rows, SizeIs(2));
}

TEST(decoder, bounds_strings_keys_and_numbers) {
  constexpr std::size_t mebibyte = 1U << 20U;
  const auto with_name = [](const std::string& name) {
    return "[{\"agent_name\":\"" + name + "\"}]";
  };
  EXPECT_EQ(rows_of(with_name(std::string(mebibyte, 'x'))).front()[1]->size(), 1024U);
  const std::vector<std::string> too_long = {
      with_name(std::string(mebibyte + 1, 'x')), with_name("\\n" + std::string(mebibyte, 'x')),
      "[{\"ignored\":\"" + std::string(mebibyte + 1, 'x') + "\"}]",
      "[{\"" + std::string((1U << 16U) + 1, 'k') + "\":1}]"};
  for (const auto& body : too_long) {
    EXPECT_THAT(parse_failure(body), HasSubstr("string too long"));
    std::mt19937 random{1};
    const auto in_pieces = decode(split(body, random, 100'000));
    ASSERT_FALSE(in_pieces.envelope.has_value());
    EXPECT_THAT(in_pieces.envelope.error().detail, HasSubstr("string too long"));
  }
  const auto number = "[{\"agent_id\":" + std::string(2 * mebibyte, '1') + "}]";
  std::mt19937 random{1};
  const auto in_pieces = decode(split(number, random, 100'000));
  ASSERT_FALSE(in_pieces.envelope.has_value());
  EXPECT_THAT(in_pieces.envelope.error().detail, HasSubstr("string too long"));
}

TEST(decoder, keeps_the_first_kilobyte_of_a_value_and_no_half_characters) {
  std::string accents;
  for (int i = 0; i < 1000; ++i) {
    accents += "\u00f1";
  }
  const auto kept = [](const std::string& name) {
    return rows_of("[{\"agent_name\":\"" + name + "\"}]").front()[1];
  };
  EXPECT_EQ(kept("x" + accents), "x" + accents.substr(0, 1022));
  EXPECT_EQ(kept(accents), accents.substr(0, 1024));
  EXPECT_EQ(kept(std::string(1024, 'x')), std::string(1024, 'x'));
  EXPECT_EQ(kept(std::string(5000, '\xB1')), absent) << "no character begins anywhere";
}

TEST(decoder, accepts_thirty_two_levels) {
  EXPECT_THAT(
      rows_of("[{\"x\":" + std::string(30, '[') + std::string(30, ']') + ",\"agent_id\":\"1\"}]"),
      SizeIs(1));
}

TEST(shape, describes_the_first_row_without_its_values) {
  const auto result = decode(
      R"([{},{"agent_id":"12345","agent_name":"Ana Mu\u00f1oz","date":"2026-01-31 13:07:28","ocupation":"34.64 %",
          "calls":17,"on":true,"gone":null,"list":[{"secret":"x"}],"empty":"","mail":"a.b@c.de"},{"other":"1"}])");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->shape,
            "agent_id=99999 agent_name=a a column 3=9999-99-99 99:99:99 ocupation=99.99 % column "
            "5=#99 column 6=boolean column 7=null column 8=nested column 9= column 10=a.a?a.a")
      << "the second row has none of the columns that the report does not know";
}

TEST(shape, names_unknown_columns_that_every_row_has) {
  const auto result = decode(
      R"([{"agent_id":"1","dni":"2","Ana":"3","gone":"4"},{"dni":"5","agent_id":"1","Ana":"6"}])");
  ASSERT_TRUE(result.envelope.has_value());
  EXPECT_EQ(result.envelope->shape, "agent_id=9 dni=9 column 3=9 column 4=9");
}

TEST(shape, masks_keys_that_are_no_field_names_and_stays_short) {
  const auto masked = decode(R"([{"3001234567":"1","Ana Ruiz\u00f1":"2","":"3"}])");
  ASSERT_TRUE(masked.envelope.has_value());
  EXPECT_EQ(masked.envelope->shape, "column 1=9 column 2=9 column 3=9");
  std::string body = "[{";
  for (int i = 0; i < 1000; ++i) {
    body += "\"key" + std::to_string(i) + "\":\"" + std::string(200, '1') + "\",";
  }
  const auto many = decode(body + "\"last\":1}]");
  ASSERT_TRUE(many.envelope.has_value());
  EXPECT_LT(many.envelope->shape.size(), 4200U);
}

}  // namespace
}  // namespace wolkvox::api
