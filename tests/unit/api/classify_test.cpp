// Every line of wolkvox-api.md 2.2, from status and body to success or an error of its kind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/api/answer_decoder.hpp"
#include "tests/unit/api/collected_rows.hpp"

namespace wolkvox::api {
namespace {

using testing::HasSubstr;
using testing::Not;

std::expected<answer_envelope, error> classified(int status, std::string_view body) {
  return classify(status, decode(body).envelope);
}

struct success_case {
  int status;
  std::string_view body;
  std::uint64_t rows;
};

TEST(classification, takes_these_as_success) {
  const std::vector<success_case> cases = {
      {200, R"({"code":"200","data":[{"a":1}]})", 1},
      {200, R"({"code":200,"data":[{"a":1}]})", 1},
      {200, R"({"code":"0","data":[{"a":1}]})", 1},
      {200, R"({"code":"","data":[{"a":1}]})", 1},
      {200, R"({"code":" ","data":[{"a":1}]})", 1},
      {200, R"({"code":"OK","data":[{"a":1}]})", 1},
      {200, R"({"data":[{"a":1}]})", 1},
      {200, R"([{"a":1}])", 1},
      {200, R"({"code":"200","data":[{"a":1},"x"]})", 1},
      {200, R"({"code":"200","data":[]})", 0},
      {200, R"({"code":"200","data":null})", 0},
      {200, R"({"code":"404","error":"Not Found","msg":"Validate dates entered"})", 0},
      {200, R"({"code":0,"error":null})", 0},
      {200, R"({"code":"0","error":" ","data":{}})", 0},
      {200, R"({"code":200,"error":false,"data":[]})", 0},
      {200, R"({"code":200,"error":[],"data":[{"a":1}]})", 1},
      {203, R"({"code":"200","data":[{"a":1}]})", 1},
      {200, R"({"code":"200","data":{"0":{"a":1},"3":{"a":2}}})", 2},
      {404, R"({"code":"404","error":"Not Found","msg":"Validate dates entered"})", 0},
      {404, R"({"code":"404","error":"Not Found","msg":"anything else"})", 0},
      {404, R"({"code":"404","data":[]})", 0},
      {404, R"({"code":"404","data":"none"})", 0},
  };
  for (const auto& [status, body, rows] : cases) {
    const auto got = classified(status, body);
    ASSERT_TRUE(got.has_value()) << status << ' ' << body << ": " << to_string(got.error());
    EXPECT_EQ(got->rows, rows) << body;
  }
}

struct failure_case {
  int status;
  std::string_view body;
  error_kind kind;
  int told_status;
  std::string_view detail;
};

constexpr std::string_view html = "<html><body>private text</body></html>";

TEST(classification, takes_these_as_errors) {
  using enum error_kind;
  const std::vector<failure_case> cases = {
      {400, R"({"code":"400","msg":"THE API YOU WANT TO CONSULT DOES NOT EXIST"})", bad_request,
       400, "does not know this report"},
      {400, R"({"code":"400","msg":"SOME PARAMETERS ARE REQUIRED"})", bad_request, 400,
       "parameter is missing"},
      {400, R"({"code":"400","msg":"private text"})", bad_request, 400, "request refused"},
      {400, html, bad_request, 400, "request refused"},
      {401, R"({"code":"401","msg":"PLEASE ENTER THE WOLKVOX-TOKEN"})", auth, 401, "no token"},
      {401, R"({"code":"401","msg":"private text"})", auth, 401, "not authorized"},
      {401, "", auth, 401, "not authorized"},
      {403, R"({"code":"403","msg":"TOKEN LIMIT EXCEEDED"})", quota, 403, "daily request limit"},
      {403, R"({"code":"403","msg":"Sorry: token limit exceeded."})", quota, 403, "daily"},
      {403, R"~({"msg":"EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)"})~", concurrency,
       403, "at once"},
      {403, R"~({"msg":"exceeds the limit of simultaneous requests per token (9)"})~", concurrency,
       403, "at once"},
      {403, R"({"code":"403","msg":"PLEASE VALIDATE TOKEN"})", auth, 403, "token refused"},
      {403, R"({"code":"403","msg":"Please Validate Token!"})", auth, 403, "token refused"},
      {403, R"({"code":"403","msg":"private text"})", http, 403, "refused for a reason"},
      {403, R"({"code":"403"})", http, 403, "refused for a reason"},
      {403, html, http, 403, "refused for a reason"},
      {404, html, http, 404, "not in the platform's form"},
      {404, "", http, 404, "not in the platform's form"},
      {404, "Not Found", http, 404, "not in the platform's form"},
      {404, R"({"detail":"private text"})", http, 404, "not in the platform's form"},
      {404, R"({"code":"404","data":[{"a":1}]})", http, 404, "with rows"},
      {404, "[]", http, 404, "not in the platform's form"},
      {404, R"({"code":"200","data":[]})", http, 404, "not in the platform's form"},
      {407, html, connect, 407, "wants a password"},
      {406, R"({"code":"406"})", http, 406, "unexpected status"},
      {422, R"({"code":"422"})", http, 422, "unexpected status"},
      {429, R"({"code":"429"})", concurrency, 429, "too many requests"},
      {429, "", concurrency, 429, "too many requests"},
      {204, "", http, 204, "unexpected status"},
      {206, R"({"code":"200","data":[{"a":1}]})", http, 206, "unexpected status"},
      {301, "", http, 301, "redirect refused"},
      {302, html, http, 302, "redirect refused"},
      {308, R"({"code":"200","data":[]})", http, 308, "redirect refused"},
      {500, html, http, 500, "server error"},
      {500, R"({"code":"200","data":[{"a":1}]})", http, 500, "server error"},
      {502, "", http, 502, "server error"},
      {503, R"({"code":"503"})", http, 503, "server error"},
      {200, html, parse, 200, "HTML instead of JSON"},
      {200, "", parse, 200, "empty"},
      {200, R"({"code":"200","data":[{"a":"private text)", parse, 200, "cut off"},
      {200, R"({"code":"200","data":["private text"]})", parse, 200, "no object"},
      {200, R"({"code":"200","data":"private text"})", parse, 200, "no object"},
      {200, "[[]]", parse, 200, "no object"},
      {200, R"({"code":"400","msg":"SOME PARAMETERS ARE REQUIRED"})", bad_request, 400, "inside"},
      {200, R"({"code":401,"msg":"PLEASE ENTER THE WOLKVOX-TOKEN"})", auth, 401, "inside"},
      {200, R"({"code":"403","msg":"TOKEN LIMIT EXCEEDED"})", quota, 403, "inside an HTTP 200"},
      {200, R"({"code":"403","msg":"PLEASE VALIDATE TOKEN","data":"x"})", auth, 403, "inside"},
      {200, R"({"code":" 429 "})", concurrency, 429, "inside"},
      {200, R"({"code":"500"})", http, 500, "inside"},
      {200, R"({"code":"404","data":[{"a":1}]})", http, 404, "with rows"},
      {200, R"({"code":404,"data":[]})", http, 404, "inside"},
      {200, R"({"code":"200","error":"Internal Server Error","msg":"private text","data":[]})",
       http, 200, "Internal Server Error"},
      {200, R"({"code":"200","error":"private text","data":[]})", http, 200, "words of its own"},
      {200, R"({"code":"200","error":"private text","data":[{"a":1}]})", http, 200, "inside"},
      {200, R"({"code":"200","error":{"x":"private text"},"data":[]})", http, 200, "inside"},
      {200, R"({"error":"Internal Server Error"})", http, 200, "Internal Server Error"},
      {200, R"({"msg":"Query timeout"})", http, 200, "nothing that says success"},
      {200, R"({"msg":"TOKEN LIMIT EXCEEDED"})", quota, 403, "daily request limit"},
      {200, R"({"code":"-1","error":"db","msg":"x","data":null})", http, 200, "inside"},
      {200, R"({"code":"-1","data":null})", http, 200, "code -1"},
      {200, R"({"code":"-1","data":[{"a":1}]})", http, 200, "code -1"},
      {200, R"({"code":"ERROR","error":"db","msg":"x"})", http, 200, "inside"},
      {200, R"({"code":"private text","data":[]})", http, 200, "no number"},
      {200, R"({"code":"","data":[]})", http, 200, "nothing that says success"},
      {200, R"({"status":"error","message":"db down"})", parse, 200, "without code"},
      {200, "{}", http, 200, "nothing that says success"},
      {200, "[]", http, 200, "nothing that says success"},
  };
  for (const auto& [status, body, kind, told_status, detail] : cases) {
    const auto got = classified(status, body);
    ASSERT_FALSE(got.has_value()) << status << ' ' << body;
    EXPECT_EQ(to_label(got.error().kind), to_label(kind)) << status << ' ' << body;
    EXPECT_EQ(got.error().status, told_status) << status << ' ' << body;
    EXPECT_THAT(got.error().detail, HasSubstr(std::string{detail})) << status << ' ' << body;
    EXPECT_THAT(to_string(got.error()), Not(HasSubstr("private text"))) << status;
    EXPECT_FALSE(got.error().retry_after.has_value());
  }
}

TEST(classification, advises_where_the_operator_can_do_something) {
  const auto advice = [](int status, std::string_view body) {
    return classified(status, body).error().advice;
  };
  EXPECT_THAT(advice(403, R"({"msg":"TOKEN LIMIT EXCEEDED"})"), HasSubstr("wait for the day"));
  EXPECT_THAT(advice(403, R"({"msg":"PLEASE VALIDATE TOKEN"})"), HasSubstr("token_file"));
  EXPECT_THAT(advice(401, ""), HasSubstr("token_file"));
  EXPECT_THAT(advice(403, R"({"msg":"x"})"), HasSubstr("backup"));
  EXPECT_THAT(advice(404, html), HasSubstr("base_url"));
  EXPECT_THAT(advice(302, html), HasSubstr("base_url"));
}

TEST(classification, keeps_what_stopped_the_reading) {
  for (const auto kind : {error_kind::too_large, error_kind::timeout, error_kind::cancelled}) {
    error stopped;
    stopped.kind = kind;
    stopped.detail = "over the limit";
    for (const int status : {200, 404, 500}) {
      const auto got = classify(status, std::unexpected(stopped));
      ASSERT_FALSE(got.has_value());
      EXPECT_EQ(got.error().kind, kind);
      EXPECT_EQ(got.error().status, status);
      EXPECT_EQ(got.error().detail, "over the limit");
    }
  }
}

}  // namespace
}  // namespace wolkvox::api
