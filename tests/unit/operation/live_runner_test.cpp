// Polls of live reports: what is published, and what they teach the operation.
#include "exporter/operation/live_runner.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operation/crew.hpp"

namespace wolkvox::operation {
namespace {

class live_polls : public testing::Test {
 protected:
  auto poll(std::string_view name) { return stage_.await(runner_.poll(crew_.of(name))); }
  void say(std::string_view collector, std::string_view rows) {
    stage_.platform.says[std::string{collector}] = [rows = std::string{rows}](const auto&) {
      return fake_platform::reply{rows};
    };
  }

  stage stage_;
  crew crew_{stage_, stage::configured({"agents", "skills", "quota", "names"})};
  live_runner runner_{{.on = crew_.on,
                       .asked = crew_.platform,
                       .names = crew_.names,
                       .budget = crew_.budget,
                       .kept = crew_.kept}};
};

TEST_F(live_polls, replace_what_they_showed) {
  say("agents", R"({"agent_id":"1","agent_name":"Ana","agent_status":"Ready","calls":"5"})");
  EXPECT_TRUE(poll("agents"));
  EXPECT_TRUE(stage_.shows(R"(wolkvox_agents{operation="acme",status="Ready"} 1)"));
  say("agents", R"({"agent_id":"1","agent_name":"Ana","agent_status":"Break","calls":"5"})");
  EXPECT_TRUE(poll("agents"));
  EXPECT_TRUE(stage_.shows(R"(wolkvox_agents{operation="acme",status="Break"} 1)"));
  EXPECT_TRUE(stage_.shows(R"(wolkvox_agents{operation="acme",status="Ready"} 0)"))
      << "a status once seen stays";
}

TEST_F(live_polls, that_fail_leave_what_was_shown) {
  say("agents", R"({"agent_id":"1","agent_name":"Ana","agent_status":"Ready"})");
  EXPECT_TRUE(poll("agents"));
  stage_.platform.says["agents"] = [](const auto&) {
    return fake_platform::reply{std::unexpected(fake_platform::failure(api::error_kind::timeout))};
  };
  const auto failed = poll("agents");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, "timeout");
  EXPECT_TRUE(stage_.shows(R"(wolkvox_agents{operation="acme",status="Ready"} 1)"));
}

TEST_F(live_polls, whose_every_id_is_blank_are_no_success) {
  say("agents", R"({"agent_id":" ","agent_status":"Ready"})");
  const auto failed = poll("agents");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().text, "acme/agents: none of 1 rows could be used: every id is blank");
}

TEST_F(live_polls, of_the_roster_have_its_names_kept) {
  say("names",
      R"({"agent_id":"1","agent_name":"Ana","skill_id":"7","skill_name":"s","campaign_id":"9"})");
  EXPECT_TRUE(poll("names"));
  EXPECT_EQ(stage_.platform.taken(), (std::vector<std::string>{"names", "names", "names"}));
  EXPECT_TRUE(crew_.names.as_read()->has_name(metrics::named_thing::agent, "1"));
  EXPECT_TRUE(stage_.ledger.load("acme")->names.has_name(metrics::named_thing::agent, "1"));
}

TEST_F(live_polls, of_the_quota_tell_the_budget_and_what_may_still_be_spent) {
  say("quota", R"({"token_limit":"1000","all_token_today":"400"})");
  EXPECT_TRUE(poll("quota"));
  EXPECT_EQ(crew_.budget.quota()->used, 400);
  EXPECT_TRUE(stage_.shows("wolkvox_budget_remaining_requests{operation=\"acme\"}"));
  EXPECT_TRUE(stage_.shows("wolkvox_quota_reset_timestamp_seconds{operation=\"acme\"}"));
}

TEST_F(live_polls, learn_the_platforms_time) {
  stage_.platform.clock = [] { return noon + 90s; };
  EXPECT_FALSE(crew_.platform.skew());
  EXPECT_TRUE(poll("skills"));
  EXPECT_EQ(crew_.platform.skew(), 90s);
  EXPECT_EQ(crew_.platform.now(), noon + 90s);
  EXPECT_TRUE(crew_.platform.first_answer());
}

}  // namespace
}  // namespace wolkvox::operation
