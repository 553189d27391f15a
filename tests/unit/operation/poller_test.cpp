// When collectors of an operation ask, and what a poll's end means for the others.
#include "exporter/operation/poller.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operation/crew.hpp"

namespace wolkvox::operation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class pollers : public testing::Test {
 protected:
  explicit pollers(std::initializer_list<std::string_view> enabled = {"agents", "names",
                                                                      "hold_mute", "calls"})
      : crew_(stage_, stage::configured(enabled)) {}

  void poll(std::string_view name) {
    stage_.await(poller_.poll_once(crew_.of(name)));
    stage_.platform.taken();
  }
  // Whether it asked.
  bool asks(std::string_view name) {
    stage_.platform.taken();
    stage_.await(poller_.poll_once(crew_.of(name)));
    return !stage_.platform.taken().empty();
  }
  void fail(std::string_view collector, api::error_kind why) {
    stage_.platform.says[std::string{collector}] = [why](const auto&) {
      return fake_platform::reply{std::unexpected(fake_platform::failure(why))};
    };
  }
  void answer(std::string_view collector) { stage_.platform.says.erase(std::string{collector}); }
  std::chrono::milliseconds next(std::string_view name) {
    return std::chrono::round<std::chrono::milliseconds>(crew_.of(name).clock.next - stage_.now);
  }

  stage stage_;
  crew crew_;
  poller poller_{{.on = crew_.on,
                  .asked = crew_.platform,
                  .lane = crew_.lane,
                  .names = crew_.names,
                  .budget = crew_.budget,
                  .requests = crew_.requests,
                  .collectors = crew_.collectors,
                  .books = crew_.books,
                  .kept = crew_.kept}};
};

TEST_F(pollers, poll_on_a_grid_and_back_off_after_failures) {
  poll("agents");
  EXPECT_TRUE(crew_.of("agents").up);
  EXPECT_EQ(next("agents"), crew_.of("agents").settings.interval);
  fail("agents", api::error_kind::connect);
  poll("agents");
  EXPECT_FALSE(crew_.of("agents").up);
  EXPECT_LT(next("agents"), crew_.of("agents").settings.interval);
  EXPECT_THAT(crew_.of("agents").last_error, HasSubstr("connect"));
  EXPECT_THAT(stage_.log.taken(),
              ElementsAre(HasSubstr("collector failing\" operation=acme collector=agents "
                                    "reason=connect")));
}

TEST_F(pollers, ask_nothing_after_a_refusal_until_the_probe) {
  fail("agents", api::error_kind::auth);
  poll("agents");
  EXPECT_EQ(next("agents"), 1min);
  EXPECT_FALSE(asks("calls"));
  EXPECT_EQ(next("calls"), 1min);
  EXPECT_FALSE(crew_.of("calls").up);
  EXPECT_THAT(stage_.log.taken(), ElementsAre(HasSubstr("the platform refuses the token")));
  stage_.pass(1min);
  answer("agents");
  EXPECT_TRUE(asks("agents")) << "the probe";
  EXPECT_TRUE(asks("calls"));
  EXPECT_THAT(stage_.log.taken(), ElementsAre(HasSubstr("the platform answers again")));
}

TEST_F(pollers, wait_longer_when_the_probe_is_refused_too) {
  fail("agents", api::error_kind::auth);
  poll("agents");
  stage_.pass(1min);
  stage_.log.taken();
  EXPECT_TRUE(asks("agents"));
  EXPECT_EQ(next("agents"), 2min);
  EXPECT_FALSE(asks("calls"));
  EXPECT_EQ(next("calls"), 2min);
  EXPECT_THAT(stage_.log.taken(), IsEmpty());
}

TEST_F(pollers, probe_at_once_when_the_configuration_was_read_again) {
  fail("agents", api::error_kind::auth);
  poll("agents");
  poll("calls");
  poller_.probe_now();
  EXPECT_EQ(next("agents"), 0ms);
  EXPECT_EQ(next("calls"), 0ms);
  answer("agents");
  EXPECT_TRUE(asks("agents"));
}

TEST_F(pollers, do_not_ask_by_name_before_the_roster_was_read) {
  fail("names", api::error_kind::timeout);
  poll("names");
  EXPECT_FALSE(asks("hold_mute"));
  EXPECT_THAT(crew_.of("hold_mute").last_error, HasSubstr("its rows tell agents by name"));
  EXPECT_EQ(crew_.lane.reason_of("hold_mute"), "timeout") << "fails alike";
  EXPECT_TRUE(asks("calls")) << "its rows bear ids";
  answer("names");
  poll("names");
  EXPECT_EQ(next("hold_mute"), 0ms) << "it does not wait out its back-off";
  EXPECT_TRUE(asks("hold_mute"));
}

TEST_F(pollers, ask_by_name_all_the_same_when_the_roster_does_not_come) {
  fail("names", api::error_kind::timeout);
  poll("agents");  // the platform's first answer
  poll("names");
  stage_.pass(14min);
  EXPECT_FALSE(asks("hold_mute"));
  stage_.pass(1min);
  EXPECT_TRUE(asks("hold_mute"));
}

TEST_F(pollers, tell_a_defect_of_one_poll_as_its_failure) {
  stage_.platform.says["agents"] = [](const auto&) -> fake_platform::reply {
    throw std::runtime_error("broken");
  };
  const auto owner = std::make_shared<int>();
  poller_.start(owner);
  stage_.settle();
  EXPECT_EQ(crew_.of("agents").last_error, "broken");
  EXPECT_TRUE(crew_.of("calls").up) << "the others go on";
  crew_.collectors.cut([](const auto&) { return true; });
  stage_.settle();
}

class pollers_of_one : public pollers {
 protected:
  pollers_of_one() : pollers({"agents", "quota"}) {}
};

TEST_F(pollers_of_one, ask_for_the_quota_at_once_when_a_day_begins) {
  poll("agents");
  poll("quota");
  EXPECT_GT(next("quota"), 0ms);
  stage_.pass(12h);
  crew_.of("quota").clock.next = stage_.now + 1min;
  poll("agents");
  EXPECT_EQ(next("quota"), 0ms);
  EXPECT_TRUE(
      stage_.shows(R"(wolkvox_budget_spent_requests{operation="acme",collector="quota"} 0)"));
}

}  // namespace
}  // namespace wolkvox::operation
