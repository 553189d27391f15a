// What a lane does after refusals, and what is said of its collectors' failures.
#include "exporter/operation/lane_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/operation/log_lines.hpp"

namespace wolkvox::operation {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr steady_time start{1000s};

poll_problem problem(std::string_view reason) {
  poll_problem made;
  made.reason = reason;
  made.text = "it says so";
  return made;
}

poll_problem refusal(poll::refusal why) {
  poll_problem made = problem(why == poll::refusal::auth ? "auth" : "quota");
  made.refused = why;
  return made;
}

class lanes : public testing::Test {
 protected:
  lanes() {
    for (const auto* const each : {"skills", "agents", "calls"}) {
      lane_.enlist(each);
    }
  }
  void fail(std::string_view collector, std::string_view reason = "connect") {
    lane_.failed(collector, problem(reason), 7, 30s);
  }

  log_lines log_;
  lane_state lane_{log_.writer()};
};

TEST_F(lanes, are_closed_by_a_refusal_until_the_probe) {
  EXPECT_FALSE(lane_.opens(start));
  EXPECT_FALSE(lane_.gate(start));
  lane_.refused(refusal(poll::refusal::auth), start);
  EXPECT_EQ(lane_.opens(start), start + 1min);
  const auto told = lane_.gate(start);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->kind, api::error_kind::auth);
  EXPECT_TRUE(told->not_sent) << "it tells nothing new about the token";
  EXPECT_EQ(told->detail, "not asked: it says so");
  EXPECT_FALSE(lane_.is_closed(start + 1min));
  EXPECT_FALSE(lane_.gate(start + 1min)) << "the probe";
}

TEST_F(lanes, tell_a_refusal_once_and_that_it_is_over_once) {
  lane_.refused(refusal(poll::refusal::auth), start);
  EXPECT_THAT(log_.taken(), ElementsAre("level=warn msg=\"the platform refuses the token; every "
                                        "collector of the operation waits\" reason=auth err=\"it "
                                        "says so\" probe_in=1m"));
  lane_.refused(refusal(poll::refusal::auth), start + 1s);  // had asked before
  lane_.refused(refusal(poll::refusal::auth), start + 1min);
  EXPECT_EQ(lane_.opens(start + 1min), start + 3min) << "the probe was refused: twice as long";
  EXPECT_THAT(log_.taken(), IsEmpty());
  lane_.succeeded("agents", start + 3min);
  EXPECT_THAT(log_.taken(), ElementsAre("level=info msg=\"the platform answers again\""));
  lane_.succeeded("calls", start + 4min);
  EXPECT_THAT(log_.taken(), IsEmpty());
}

TEST_F(lanes, stay_closed_when_an_answer_comes_that_was_asked_for_before_the_refusal) {
  lane_.refused(refusal(poll::refusal::quota), start);
  log_.taken();
  lane_.succeeded("calls", start + 1s);
  EXPECT_TRUE(lane_.is_closed(start + 2s));
  EXPECT_THAT(log_.taken(), IsEmpty());
}

TEST_F(lanes, are_open_at_once_when_a_token_may_be_another_but_not_when_the_quota_is_spent) {
  EXPECT_FALSE(lane_.reopen(start)) << "not closed";
  lane_.refused(refusal(poll::refusal::auth), start);
  EXPECT_TRUE(lane_.waits_for_token());
  EXPECT_TRUE(lane_.reopen(start + 1s));
  EXPECT_FALSE(lane_.is_closed(start + 1s));
  lane_.refused(refusal(poll::refusal::quota), start + 1s);
  EXPECT_FALSE(lane_.waits_for_token());
  EXPECT_FALSE(lane_.reopen(start + 2s));
  EXPECT_EQ(lane_.gate(start + 2s)->kind, api::error_kind::quota);
}

TEST_F(lanes, tell_a_token_that_cannot_be_read_apart_from_one_that_is_refused) {
  lane_.refused(refusal(poll::refusal::auth), start);
  log_.taken();
  auto unreadable = refusal(poll::refusal::auth);
  unreadable.no_token = true;
  lane_.refused(unreadable, start + 1min);
  EXPECT_THAT(log_.taken(), ElementsAre(testing::HasSubstr("the token cannot be read")));
}

TEST_F(lanes, tell_one_failure_then_that_all_fail_alike_in_order_of_urgency_then_one_recovery) {
  fail("calls");
  EXPECT_THAT(log_.taken(),
              ElementsAre("level=warn msg=\"collector failing\" collector=calls "
                          "reason=connect err=\"it says so\" request=7 retry_in=30s"));
  fail("skills");
  EXPECT_THAT(log_.taken(), IsEmpty());
  fail("agents");
  EXPECT_THAT(log_.taken(),
              ElementsAre("level=warn msg=\"every collector of the operation fails alike\" "
                          "reason=connect collectors=agents,skills,calls"));
  EXPECT_EQ(lane_.reason_of("skills"), "connect");
  lane_.succeeded("skills", start);
  EXPECT_THAT(log_.taken(), ElementsAre("level=info msg=\"the platform answers again\""));
  EXPECT_EQ(lane_.reason_of("skills"), "");
}

TEST_F(lanes, do_not_wait_for_a_collector_that_a_reload_took_out) {
  fail("calls");
  fail("skills");
  log_.taken();
  lane_.discharge("agents");
  fail("calls");
  EXPECT_THAT(
      log_.taken(),
      ElementsAre(testing::HasSubstr("fails alike\" reason=connect collectors=skills,calls")));
}

TEST_F(lanes, do_not_tell_each_collectors_failure_beside_the_refusal) {
  lane_.refused(refusal(poll::refusal::auth), start);
  log_.taken();
  for (const auto* const each : {"skills", "agents", "calls"}) {
    lane_.failed_when_closed(each, "auth");
    EXPECT_EQ(lane_.reason_of(each), "auth");
  }
  EXPECT_THAT(log_.taken(), IsEmpty());
}

}  // namespace
}  // namespace wolkvox::operation
