// However an answer is cut into pieces, its rows are the same; however it is damaged, the decoder
// survives.
#include <gtest/gtest.h>

#include "tests/unit/api/collected_rows.hpp"

namespace wolkvox::api {
namespace {

// Everything that can be cut: escapes, surrogate pairs, accents, numbers, words, blanks, keys with
// escapes, nesting.
std::vector<std::string> bodies() {
  std::vector<std::string> all = {
      "\xEF\xBB\xBF {\"code\" : \"200\" , \"error\":null,\"msg\":\"3 records \\u0077ere found\","
      "\"data\":[ {\"agent_id\":\"12345-Jos\\u00e9\",\"agent_name\":\"Mu\xc3\xb1oz \\ud83d\\ude00 "
      "\\\"x\\\"\",\"busy\\/congestion\\/failed\":-12.5e+3,\"x\":[1,{\"agent_id\":true}]},\n"
      "{\"agent\":\"7\",\"agent_id\":\"--\",\"occupancy\":\"15,233.33 %\",\"gone\":null}\t,"
      "{\"Agent_Name \":\" \\t Ana \\n\",\"agent_id\":18446744073709551616,\"ocupation\":false}]}",
      R"([{"agent_id":"1"},{"agent_name":"\\\\\\"},{"agent_id":"\u0000\u0001"}])",
      R"({"data":{"agent_id":1,"agent_name":"\ud83d\ude00\ud83d\ude00"},"code":200})",
      "[{\"agent_name\":\"\xf1\xff\xc3\",\"agent_id\":0.0}]",
      "{\"code\":\"404\",\"error\":\"Not Found\",\"msg\":\"Validate dates entered\"}"};
  std::string many = "[";
  for (int i = 0; i < 200; ++i) {
    many += (i == 0 ? "" : ",") + ("{\"agent_id\":\"" + std::to_string(i)) +
            "\",\"agent_name\":\"a long enough name not to be a short string " +
            std::string(static_cast<std::size_t>(i), '.') + "\",\"calls\":\"7\"}";
  }
  all.push_back(many + "]");
  return all;
}

void expect_same(const decoded& whole, const decoded& pieces) {
  EXPECT_EQ(whole.rows, pieces.rows);
  ASSERT_EQ(whole.envelope.has_value(), pieces.envelope.has_value());
  if (whole.envelope) {
    EXPECT_EQ(whole.envelope->rows, pieces.envelope->rows);
    EXPECT_EQ(whole.envelope->not_rows, pieces.envelope->not_rows);
    EXPECT_EQ(whole.envelope->code, pieces.envelope->code);
    EXPECT_EQ(whole.envelope->message, pieces.envelope->message);
    EXPECT_EQ(whole.envelope->shape, pieces.envelope->shape);
  }
}

TEST(pieces, of_one_byte_give_the_same_rows) {
  for (const auto& body : bodies()) {
    const auto whole = decode(body);
    EXPECT_TRUE(whole.envelope.has_value()) << body;
    expect_same(whole, decode(byte_by_byte(body)));
  }
}

TEST(pieces, two_of_them_cut_anywhere_give_the_same_rows) {
  for (const auto& body : bodies()) {
    const auto whole = decode(body);
    const auto last = std::min<std::size_t>(body.size(), 600);
    for (std::size_t at = 0; at <= last; ++at) {
      expect_same(
          whole, decode({std::string_view{body}.substr(0, at), std::string_view{body}.substr(at)}));
    }
  }
}

TEST(pieces, of_random_sizes_give_the_same_rows) {
  std::mt19937 random{20261121};
  for (const auto& body : bodies()) {
    const auto whole = decode(body);
    for (const std::size_t longest : {2U, 7U, 64U, 1024U}) {
      for (int i = 0; i < 50; ++i) {
        expect_same(whole, decode(split(body, random, longest)));
      }
    }
  }
}

// A form feed is a blank of texts, not of JSON.
TEST(pieces, of_what_is_no_answer_give_the_same_error) {
  for (const auto* body : {"\f<html>", " \r\n<html>", " x<html>", "\v"}) {
    const auto whole = decode(body);
    const auto pieces = decode(byte_by_byte(body));
    ASSERT_FALSE(whole.envelope || pieces.envelope);
    EXPECT_EQ(whole.envelope.error().detail, pieces.envelope.error().detail) << body;
  }
}

TEST(prefixes, of_an_answer_never_pass_for_the_whole) {
  const std::string body =
      R"({"code":"200","msg":"x","data":[{"agent_id":"1","n":12},{"a":null}]})";
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_FALSE(decode(std::string_view{body}.substr(0, size)).envelope.has_value()) << size;
  }
}

// Changes one byte, cuts a stretch out, or repeats one.
void damage(std::string& body, std::mt19937& random) {
  constexpr std::string_view bytes = "{}[]\",:\\u0019.eE+-tfn \n\xC3\xB1\xEF\x7F/*";
  const auto any = [&](std::size_t below) {
    return std::uniform_int_distribution<std::size_t>{0, below - 1}(random);
  };
  const auto at = any(body.size());
  const auto stretch = body.substr(at, 1 + any(20));
  switch (any(4)) {
    case 0:
      body[at] = bytes[any(bytes.size())];
      break;
    case 1:
      body[at] = static_cast<char>(any(256));
      break;
    case 2:
      body.erase(at, stretch.size());
      break;
    default:
      body.insert(any(body.size()), stretch);
      break;
  }
}

// The rows of a damaged answer depend on its bytes only, never on their pieces; an error is told as
// one.
TEST(damaged_answers, are_errors_or_rows_whatever_their_pieces) {
  std::mt19937 random{42};
  const auto originals = bodies();
  for (int round = 0; round < 20'000; ++round) {
    auto body = originals[static_cast<std::size_t>(round) % (originals.size() - 1)];
    const int times = 1 + round % 4;
    for (int i = 0; i < times && !body.empty(); ++i) {
      damage(body, random);
    }
    const auto whole = decode(body);
    const auto pieces = decode(split(body, random, 16));
    ASSERT_EQ(whole.envelope.has_value(), pieces.envelope.has_value()) << body;
    ASSERT_EQ(whole.rows, pieces.rows) << body;
    if (!whole.envelope) {
      EXPECT_EQ(whole.envelope.error().kind, error_kind::parse);
      EXPECT_FALSE(whole.envelope.error().detail.empty());
    }
  }
}

}  // namespace
}  // namespace wolkvox::api
