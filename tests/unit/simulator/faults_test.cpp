// Faults and scenarios: reading, choosing, and what they do to an answer.
#include "tests/simulator/faults.hpp"

#include "build.hpp"
#include "tests/simulator/scenario.hpp"

namespace wolkvox::simulator::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

fault wrong(fault_kind kind) {
  fault made;
  made.kind = kind;
  return made;
}

TEST(fault_plan, ends_by_count_and_by_time) {
  fault_plan plan(1);
  const sys_seconds now{seconds{1000}};
  auto twice = wrong(fault_kind::html_404);
  twice.count = 2;
  twice.report = "cdr_1";
  plan.add(twice, now);
  auto a_minute = wrong(fault_kind::reset);
  a_minute.lasts = seconds{60};
  a_minute.report = "agents";
  plan.add(a_minute, now);
  EXPECT_FALSE(plan.next("skill_2", now));
  EXPECT_TRUE(plan.next("cdr_1", now));
  EXPECT_TRUE(plan.next("cdr_1", now));
  EXPECT_FALSE(plan.next("cdr_1", now));
  EXPECT_EQ(plan.next("agents", now + seconds{59})->kind, fault_kind::reset);
  EXPECT_FALSE(plan.next("agents", now + seconds{60}));
}

TEST(fault_plan, hits_its_share_and_can_be_cleared) {
  fault_plan plan(1);
  auto some = wrong(fault_kind::html_404);
  some.share = 0.25;
  plan.add(some, {});
  int hit = 0;
  for (int i = 0; i < 1000; ++i) {
    hit += plan.next("agents", {}) ? 1 : 0;
  }
  EXPECT_NEAR(hit, 250, 60);
  plan.clear();
  plan.fail_generally(1.0, 3);
  EXPECT_TRUE(plan.next("agents", {}));
  plan.clear();
  EXPECT_FALSE(plan.next("agents", {}));
}

TEST(faults, are_read_from_json_strictly) {
  const auto read = [](std::string_view text) { return read_fault(boost::json::parse(text)); };
  for (const auto& [kind, name] : fault_names()) {
    const auto found = read(R"({"kind": ")" + std::string(name) + R"("})");
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->kind, kind);
  }
  const auto full =
      read(R"({"kind":"slow","report":"cdr_1","share":0.5,"count":3,"seconds":60,"delay_ms":10,)"
           R"("location":"http://a/"})");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->location, "http://a/");
  EXPECT_EQ(full->delay, std::chrono::milliseconds{10});
  EXPECT_EQ(full->count, 3U);
  for (const auto* bad : {"[]", "{}", R"({"kind":"nothing"})", R"({"kind":"slow","share":2})",
                          R"({"kind":"slow","count":-1})", R"({"kind":"slow","counts":1})"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

TEST(scenario, is_built_in_or_read_from_json_strictly) {
  for (const auto name : built_in_scenarios()) {
    const auto found = load_scenario(std::string(name));
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->name, name);
  }
  EXPECT_FALSE(load_scenario("/no/such/file.json"));
  const auto read = [](std::string_view text) { return read_scenario(boost::json::parse(text)); };
  EXPECT_TRUE(read(R"({"phases":[{"what":"talk","from":"5m","for":"1h","factor":2}]})"));
  for (const auto* bad :
       {"[]", R"({"phases":[{}]})", R"({"phases":[{"what":"talk"}]})", R"({"phases":[], "nam": 1})",
        R"({"phases":[{"what":"weather","for":"1h"}]})",
        R"({"phases":[{"what":"talk","for":"1 hour"}]})",
        R"({"phases":[{"what":"fault","for":"1h"}]})",
        R"({"phases":[{"what":"talk","for":"1h","factor":-1}]})"}) {
    EXPECT_FALSE(read(bad)) << bad;
  }
}

TEST(scenario, repeats_its_phases) {
  const phase one{.subject = phase_subject::talk,
                  .from = minutes{2},
                  .length = minutes{1},
                  .every = minutes{10},
                  .place = std::nullopt,
                  .what = {}};
  EXPECT_FALSE(one.active(minutes{-5}));
  EXPECT_FALSE(one.active(seconds{119}));
  EXPECT_TRUE(one.active(seconds{120}));
  EXPECT_FALSE(one.active(seconds{180}));
  EXPECT_TRUE(one.active(minutes{12}));
}

TEST(scenario, brings_its_faults) {
  auto settings = small_centre();
  settings.play = load_scenario("outage").value();
  platform what(settings, {});
  constexpr std::string_view target = "/api/v2/real_time.php?api=agents";
  EXPECT_EQ(ask(what, target).status, 200U);
  what.advance(what.centre().now() + minutes{3});
  EXPECT_EQ(ask(what, target).status, 500U);
  what.advance(what.centre().now() + minutes{3});
  const auto reset = ask(what, target);
  ASSERT_TRUE(reset.transport);
  EXPECT_EQ(reset.transport->kind, fault_kind::reset);
}

struct status_case {
  fault_kind kind;
  unsigned status;
};

TEST(faults, put_another_answer_in_the_place_of_the_right_one) {
  platform what(small_centre(), {});
  for (const auto& [kind, status] :
       std::initializer_list<status_case>{{fault_kind::html_404, 404},
                                          {fault_kind::status_500_html, 500},
                                          {fault_kind::status_503, 503},
                                          {fault_kind::bad_request_400, 400},
                                          {fault_kind::unauthorised_401, 401},
                                          {fault_kind::forbidden_token, 403},
                                          {fault_kind::quota_403, 403},
                                          {fault_kind::concurrency_403, 403},
                                          {fault_kind::backup_403, 403},
                                          {fault_kind::too_many_429, 429},
                                          {fault_kind::no_rows_404, 404},
                                          {fault_kind::redirect, 302},
                                          {fault_kind::html_200, 200}}) {
    what.faults().clear();
    what.faults().add(wrong(kind), what.centre().now());
    EXPECT_EQ(ask(what, "/api/v2/real_time.php?api=agents").status, status) << to_string(kind);
  }
}

TEST(faults, a_redirect_names_the_other_place) {
  platform what(small_centre(), {});
  auto elsewhere = wrong(fault_kind::redirect);
  elsewhere.location = "http://127.0.0.2/";
  what.faults().add(elsewhere, what.centre().now());
  EXPECT_EQ(ask(what, "/api/v2/real_time.php?api=agents").location, "http://127.0.0.2/");
}

class odd_answer : public testing::Test {
 protected:
  std::string body(fault_kind kind) {
    what_.faults().clear();
    what_.faults().add(wrong(kind), what_.centre().now());
    return ask(what_, "/api/v2/real_time.php?api=skills&skill_id=all").body;
  }
  static bool is_json(const std::string& body) {
    boost::system::error_code failure;
    boost::json::parse(body, failure);
    return !failure;
  }

  platform what_{small_centre(), {}};
};

TEST_F(odd_answer, differs_in_its_envelope) {
  EXPECT_TRUE(body(fault_kind::code_number).starts_with(R"({"code":200,)"));
  EXPECT_TRUE(body(fault_kind::code_zero).starts_with(R"({"code":"0",)"));
  EXPECT_TRUE(body(fault_kind::code_blank).starts_with(R"({"code":" ",)"));
  EXPECT_TRUE(body(fault_kind::bare_array).starts_with("[{"));
  EXPECT_TRUE(body(fault_kind::data_object).contains(R"("data":{)"));
  EXPECT_TRUE(body(fault_kind::data_null).contains(R"("data":null)"));
  EXPECT_FALSE(body(fault_kind::data_missing).contains("data"));
  EXPECT_TRUE(body(fault_kind::data_empty_text).contains(R"("data":"")"));
  EXPECT_TRUE(body(fault_kind::empty_array).contains(R"("data":[])"));
  EXPECT_TRUE(body(fault_kind::bom).starts_with("\xEF\xBB\xBF{"));
}

TEST_F(odd_answer, stays_json_with_odd_rows) {
  for (const auto kind :
       {fault_kind::pretty, fault_kind::fillers, fault_kind::extra_fields,
        fault_kind::missing_fields, fault_kind::numbers, fault_kind::odd_durations,
        fault_kind::odd_percentages, fault_kind::odd_integers, fault_kind::agent_id_suffix,
        fault_kind::blank_in_keys, fault_kind::reversed_rows, fault_kind::duplicate_rows,
        fault_kind::unreadable_values, fault_kind::beyond_numbers, fault_kind::unknown_enumeration,
        fault_kind::long_string}) {
    EXPECT_TRUE(is_json(body(kind))) << to_string(kind);
  }
  const auto doubled = boost::json::parse(body(fault_kind::duplicate_rows)).at("data").as_array();
  ASSERT_EQ(doubled.size(), 12U);
  EXPECT_EQ(doubled.at(0), doubled.at(1));
  const auto reversed = boost::json::parse(body(fault_kind::reversed_rows)).at("data").as_array();
  EXPECT_EQ(text(reversed.at(0), "skill_id"), "306");
}

TEST_F(odd_answer, writes_numbers_that_no_counter_can_hold) {
  const auto odd = body(fault_kind::beyond_numbers);
  for (const auto* number : {":-1e400", R"("NaN")", R"("1e400")"}) {
    EXPECT_TRUE(odd.contains(number)) << number;
  }
  EXPECT_GT(body(fault_kind::long_string).size(), 10'000'000U);
}

TEST_F(odd_answer, is_no_json_when_it_is_broken) {
  for (const auto kind :
       {fault_kind::truncated_json, fault_kind::invalid_utf8, fault_kind::bare_nan,
        fault_kind::deep, fault_kind::html_200, fault_kind::empty_body}) {
    EXPECT_FALSE(is_json(body(kind))) << to_string(kind);
  }
}

}  // namespace
}  // namespace wolkvox::simulator::test
