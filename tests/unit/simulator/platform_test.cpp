// The API without a network: forms, refusals, quota, windows, publication.
#include "tests/simulator/platform.hpp"

#include <boost/json/serialize.hpp>
#include <set>

#include "build.hpp"

namespace wolkvox::simulator::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::string_view live_agents_target = "/api/v2/real_time.php?api=agents";

TEST(platform, answers_every_report_in_strings) {
  platform what(small_centre(), {});
  for (const auto& target :
       {std::string(live_agents_target),
        std::string("/api/v2/real_time.php?api=skills&skill_id=all"),
        std::string("/api/v2/real_time.php?api=campaigns"),
        "/api/v2/reports_manager.php?api=skill_2&skill_id=all" + std::string(whole_day),
        "/api/v2/reports_manager.php?api=agent_9" + std::string(whole_day),
        "/api/v2/reports_manager.php?api=cdr_1" + std::string(whole_day),
        "/api/v2/customer.php?api=agents_detail" + std::string(whole_day),
        std::string("/api/v2/information.php?api=agents"),
        std::string("/api/v2/information.php?api=skills"),
        std::string("/api/v2/information.php?api=campaigns"),
        std::string("/api/v2/information.php?api=token_info")}) {
    const auto found = rows(ask(what, target));
    EXPECT_FALSE(found.empty()) << target;
    for (const auto& row : found) {
      for (const auto& [key, value] : row.as_object()) {
        EXPECT_TRUE(value.is_string()) << target << " " << key;
      }
    }
  }
}

TEST(platform, answers_no_rows_with_the_84_bytes_that_were_seen) {
  platform what(small_centre(), {});
  const auto answer =
      ask(what,
          "/api/v2/reports_manager.php?api=cdr_1&date_ini=20261001000000&date_end=20261001235959");
  EXPECT_EQ(answer.status, 404U);
  EXPECT_EQ(answer.body.size(), 84U);
  EXPECT_TRUE(answer.body.contains("Validate dates entered"));
}

struct refusal_case {
  const char* target;
  unsigned status;
  const char* message;
};

TEST(platform, refuses_with_the_platforms_texts) {
  platform what(small_centre(), {});
  for (const auto& [target, status, message] : std::initializer_list<refusal_case>{
           {"/api/v2/real_time.php?api=nothing", 400, "DOES NOT EXIST"},
           {"/api/v2/nothing.php", 400, "DOES NOT EXIST"},
           {"/nothing", 404, "<html>"},
           {"/api/v2/real_time.php?api=skills", 400, "SOME PARAMETERS ARE REQUIRED"},
           {"/api/v2/reports_manager.php?api=cdr_1", 400, "SOME PARAMETERS ARE REQUIRED"},
           {"/api/v2/reports_manager.php?api=cdr_1&date_ini=2026&date_end=2027", 404,
            "Validate dates"},
           {"/api/v2/reports_manager.php?api=cdr_1&date_ini=20261120000000&date_end=20261119000000",
            404, "Validate dates"},
           {"/api/v2/reports_manager.php?api=cdr_1&date_ini=20261001000000&date_end=20261120000000",
            400, "31 DAYS"}}) {
    const auto answer = ask(what, target);
    EXPECT_EQ(answer.status, status) << target;
    EXPECT_TRUE(answer.body.contains(message)) << target << " " << answer.body;
  }
}

TEST(platform, asks_for_the_token) {
  platform what(small_centre(), {});
  const auto with = [&](std::optional<std::string_view> token) {
    auto answer = what.begin({.method = "GET", .target = live_agents_target, .token = token},
                             what.centre().now());
    what.end();
    return answer;
  };
  EXPECT_EQ(with(std::nullopt).status, 401U);
  EXPECT_EQ(with("wrong").status, 403U);
  EXPECT_TRUE(with("wrong").body.contains("PLEASE VALIDATE TOKEN"));
  EXPECT_EQ(with("demo-token").status, 200U);
  EXPECT_EQ(what.spent().used(), 1U) << "refused requests cost nothing";
}

TEST(platform, refuses_a_third_request_at_once) {
  platform what(small_centre(), {});
  const api_request request{.method = "GET", .target = live_agents_target, .token = "demo-token"};
  const auto now = what.centre().now();
  EXPECT_EQ(what.begin(request, now).status, 200U);
  EXPECT_EQ(what.begin(request, now).status, 200U);
  const auto third = what.begin(request, now);
  EXPECT_EQ(third.status, 403U);
  EXPECT_TRUE(third.body.contains("SIMULTANEOUS REQUESTS PER TOKEN (2)"));
  what.end();
  what.end();
  EXPECT_EQ(what.begin(request, now).status, 200U);
  EXPECT_EQ(what.protocol().at("max_concurrent").as_uint64(), 3U);
}

TEST(platform, spends_the_quota_and_gives_it_back_at_midnight) {
  platform what(small_centre(), {.licences = 1});
  what.spent().set_used(998, what.centre().time().day(what.centre().now()));
  const auto info = rows(ask(what, "/api/v2/information.php?api=token_info"));
  EXPECT_EQ(text(info.at(0), "token_use_today"), "999");
  EXPECT_EQ(text(info.at(0), "available_consumption_options"), "1");
  EXPECT_EQ(ask(what, live_agents_target).status, 200U);
  const auto spent = ask(what, live_agents_target);
  EXPECT_EQ(spent.status, 403U);
  EXPECT_TRUE(spent.body.contains("TOKEN LIMIT EXCEEDED"));
  what.advance(at("2026-11-21T00:00:01"));
  EXPECT_EQ(ask(what, live_agents_target).status, 200U);
}

TEST(platform, cuts_at_the_row_cap_without_a_word) {
  platform what(small_centre(), {.row_cap = 7});
  const auto answer = ask(what, "/api/v2/customer.php?api=agents_detail" + std::string(whole_day));
  EXPECT_EQ(rows(answer).size(), 7U);
}

TEST(platform, includes_both_ends_of_a_window) {
  platform what(small_centre(), {});
  const auto all =
      rows(ask(what, "/api/v2/customer.php?api=agents_detail" + std::string(whole_day)));
  ASSERT_FALSE(all.empty());
  auto date = text(all.at(3), "date");
  std::erase_if(date, [](char c) { return c < '0' || c > '9'; });
  const auto one = rows(
      ask(what, "/api/v2/customer.php?api=agents_detail&date_ini=" + date + "&date_end=" + date));
  ASSERT_FALSE(one.empty());
  EXPECT_EQ(text(one.at(0), "date"), text(all.at(3), "date"));
}

TEST(platform, answers_alike_while_time_stands_and_keeps_old_rows_as_they_were) {
  auto settings = small_centre();
  settings.edit_share = 0.0;
  platform what(settings, {});
  const auto target = "/api/v2/customer.php?api=agents_detail" + std::string(whole_day);
  const auto before = ask(what, target);
  EXPECT_EQ(ask(what, target).body, before.body);
  what.advance(what.centre().now() + hours{2});
  const auto then = rows(before);
  const auto later = rows(ask(what, target));
  ASSERT_GT(later.size(), then.size());
  EXPECT_TRUE(std::equal(then.begin(), then.end(), later.begin()));
}

TEST(platform, publishes_late_and_edits_codes_afterwards) {
  auto settings = small_centre();
  settings.edit_share = 1.0;
  platform what(settings, {});
  const auto target = "/api/v2/customer.php?api=agents_detail" + std::string(whole_day);
  const auto before = rows(ask(what, target));
  ASSERT_FALSE(before.empty());
  EXPECT_LE(text(before.at(before.size() - 1), "date"), "2026-11-20 10:50:00");
  what.advance(what.centre().now() + hours{3});
  const auto later = rows(ask(what, target));
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(text(before.at(i), "duration"), text(later.at(i), "duration"));
    changed += text(before.at(i), "cod_act") != text(later.at(i), "cod_act") ? 1U : 0U;
  }
  EXPECT_GT(changed, 0U);
}

TEST(platform, asks_one_skill_or_all) {
  platform what(small_centre(), {});
  const auto of = [&](const std::string& skill) {
    return rows(ask(what, "/api/v2/reports_manager.php?api=skill_2&skill_id=" + skill +
                              std::string(whole_day)));
  };
  std::size_t sum = 0;
  for (int skill = 301; skill < 307; ++skill) {
    sum += of(std::to_string(skill)).size();
  }
  EXPECT_EQ(of("all").size(), sum);
  EXPECT_TRUE(of("999").empty());
  const auto own =
      rows(ask(what, "/api/v2/real_time.php?api=skills&skill_id=301&services_time=45"));
  ASSERT_EQ(own.size(), 1U);
  EXPECT_TRUE(own.at(0).as_object().contains("service_level_45seg"));
}

TEST(platform, ends_hold_and_mute_with_totals_when_told) {
  platform what(small_centre(), {.totals_row = true});
  const auto found =
      rows(ask(what, "/api/v2/reports_manager.php?api=agent_9" + std::string(whole_day)));
  std::int64_t sum = 0;
  for (std::size_t i = 0; i + 1 < found.size(); ++i) {
    sum += number(found.at(i), "count");
  }
  EXPECT_EQ(text(found.at(found.size() - 1), "agent_name"), "Total");
  EXPECT_EQ(number(found.at(found.size() - 1), "count"), sum);
}

TEST(platform, keeps_no_text_of_a_request_but_digits_and_known_names) {
  platform what(small_centre(), {});
  ask(what, "/api/v2/real_time.php?api=secret&date_ini=secret&date_end=2026x");
  const auto told = boost::json::serialize(what.protocol());
  EXPECT_FALSE(told.contains("secret")) << told;
  EXPECT_TRUE(told.contains("unknown"));
}

}  // namespace
}  // namespace wolkvox::simulator::test
