// Polls of dated reports: what counts, what is asked again, what waits for the roster.
#include "exporter/operation/report_runner.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operation/crew.hpp"

namespace wolkvox::operation {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view one_call =
    R"({"conn_id":"1.7.1795280000.1","type_call":"Inbound","date":"2026-11-21 11:00:00",
        "agent_id":"1","agent_name":"Ana","skill":"77","duration":"215"})";
constexpr std::string_view counted =
    R"(wolkvox_calls_total{operation="acme",agent_id="1",agent="Ana",skill_id="77",skill="77")";

class reports : public testing::Test {
 protected:
  explicit reports(config::operation settings = stage::configured({"calls", "hold_mute"}))
      : crew_(stage_, std::move(settings)) {}

  poll_result poll(std::string_view name = "calls") {
    return stage_.await(runner_.poll(crew_.of(name)));
  }
  // What is new is shown at 0 first.
  void show(std::string_view name) { stage_.await(crew_.books.show(crew_.of(name))); }
  void say(std::string_view collector, std::string_view rows) {
    stage_.platform.says[std::string{collector}] = [rows = std::string{rows}](const auto&) {
      return fake_platform::reply{rows};
    };
  }
  void fail(std::string_view collector, api::error failed) {
    stage_.platform.says[std::string{collector}] = [failed](const auto&) {
      return fake_platform::reply{std::unexpected(failed)};
    };
  }
  boost::asio::awaitable<bool> read_roster() {
    ++rosters_read_;
    collectors::outcome told;
    told.roster = listed_;
    stage_.now += 1s;
    crew_.names.take(told, stage_.wall, stage_.now);
    co_return true;
  }

  stage stage_;
  crew crew_;
  bool roster_is_polled_ = false;
  int rosters_read_ = 0;
  metrics::name_directory listed_;
  report_runner runner_{{.on = crew_.on,
                         .asked = crew_.platform,
                         .names = crew_.names,
                         .budget = crew_.budget,
                         .books = crew_.books,
                         .roster_is_polled = [this] { return roster_is_polled_; },
                         .read_roster = [this] { return read_roster(); }}};
};

TEST_F(reports, count_what_is_answered_once_and_show_it_under_its_name) {
  say("calls", one_call);
  EXPECT_TRUE(poll());
  EXPECT_TRUE(stage_.shows(counted));
  EXPECT_FALSE(stage_.shows(
      R"(wolkvox_call_duration_seconds_sum{operation="acme",skill_id="77",skill="77",campaign_id="",campaign="",interaction="inbound"} 215)"));
  show("calls");
  EXPECT_TRUE(stage_.shows(
      R"(wolkvox_call_duration_seconds_sum{operation="acme",skill_id="77",skill="77",campaign_id="",campaign="",interaction="inbound"} 215)"));
  EXPECT_TRUE(stage_.shows(R"(wolkvox_rows_total{operation="acme",collector="calls"} 1)"));
  stage_.pass(5min);
  EXPECT_TRUE(poll());
  EXPECT_TRUE(stage_.shows(R"(wolkvox_rows_total{operation="acme",collector="calls"} 1)"));
  EXPECT_TRUE(
      stage_.shows(R"(wolkvox_rows_duplicate_total{operation="acme",collector="calls"} 1)"));
  EXPECT_EQ(crew_.of("calls").memory.covered.back().end, noon + 5min);
}

TEST_F(reports, ask_for_the_time_before_their_first_window) {
  EXPECT_TRUE(poll());
  EXPECT_THAT(stage_.platform.taken(), ElementsAre("calls", "calls")) << "a second, then the day";
  stage_.pass(5min);
  EXPECT_TRUE(poll());
  EXPECT_THAT(stage_.platform.taken(), ElementsAre("calls"));
}

TEST_F(reports, whose_answer_the_ledger_cannot_take_are_asked_for_again_and_count_then) {
  say("calls", one_call);
  stage_.ledger.is_full = true;
  const auto failed = poll();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, "ledger");
  EXPECT_EQ(failed.error().text, "the disk is full");
  EXPECT_THAT(crew_.of("calls").memory.covered, IsEmpty());
  EXPECT_FALSE(stage_.shows(counted));
  stage_.ledger.is_full = false;
  EXPECT_TRUE(poll());
  EXPECT_TRUE(stage_.shows(counted));
}

TEST_F(reports, whose_pages_the_ledger_cannot_keep_are_shown_later) {
  say("calls", one_call);
  EXPECT_TRUE(poll());
  collector_state& calls = crew_.of("calls");
  collectors::outcome renamed;
  renamed.roster.emplace().learn(metrics::named_thing::agent, "1", "Ana Ruiz");
  crew_.names.take(renamed, stage_.wall, stage_.now);
  stage_.ledger.is_full = true;
  stage_.await(crew_.books.show(calls));
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(*calls.shows_next - stage_.now), 15s);
  EXPECT_TRUE(stage_.shows(counted)) << "as before";
  stage_.ledger.is_full = false;
  stage_.await(crew_.books.show(calls));
  EXPECT_FALSE(stage_.shows(counted));
}

TEST_F(reports, fail_as_the_platform_does_and_keep_what_was_read_before) {
  EXPECT_TRUE(poll());
  const auto covered = crew_.of("calls").memory.covered;
  stage_.pass(5min);
  fail("calls", fake_platform::failure(api::error_kind::http));
  const auto failed = poll();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, "http");
  EXPECT_EQ(crew_.of("calls").memory.covered, covered);
}

TEST_F(reports, that_cannot_be_read_whole_are_asked_for_in_halves) {
  EXPECT_TRUE(poll());
  stage_.pass(5min);
  stage_.platform.taken();
  auto unreadable = fake_platform::failure(api::error_kind::parse);
  unreadable.unreadable = true;
  stage_.platform.says["calls"] = [&, asked = 0](const auto&) mutable {
    return ++asked == 1 ? fake_platform::reply{std::unexpected(unreadable)}
                        : fake_platform::reply{};
  };
  EXPECT_TRUE(poll());
  EXPECT_THAT(stage_.platform.taken(), ElementsAre("calls", "calls", "calls"));
  EXPECT_EQ(crew_.of("calls").memory.covered.back().end, noon + 5min);
}

TEST_F(reports, by_name_have_the_roster_read_for_a_stranger_and_are_asked_again) {
  roster_is_polled_ = true;
  say("hold_mute", R"({"agent_name":"Ana","count":"3"})");
  listed_.learn(metrics::named_thing::agent, "1", "Ana");
  EXPECT_TRUE(poll("hold_mute"));
  show("hold_mute");
  EXPECT_EQ(rosters_read_, 1);
  EXPECT_TRUE(stage_.shows(
      R"(wolkvox_agent_hold_mute_uses_total{operation="acme",agent_id="1",agent="Ana"} 3)"));
}

TEST_F(reports, by_name_count_a_stranger_without_an_id_when_the_roster_has_none_of_that_name) {
  roster_is_polled_ = true;
  say("hold_mute", R"({"agent_name":"Ana","count":"3"})");
  EXPECT_TRUE(poll("hold_mute"));
  show("hold_mute");
  EXPECT_EQ(rosters_read_, 1);
  EXPECT_TRUE(stage_.shows(
      R"(wolkvox_agent_hold_mute_uses_total{operation="acme",agent_id="",agent="Ana"} 3)"));
}

TEST_F(reports, by_name_count_without_an_id_where_nobody_polls_the_roster) {
  say("hold_mute", R"({"agent_name":"Ana","count":"3"})");
  EXPECT_TRUE(poll("hold_mute"));
  show("hold_mute");
  EXPECT_EQ(rosters_read_, 0);
  EXPECT_TRUE(stage_.shows(
      R"(wolkvox_agent_hold_mute_uses_total{operation="acme",agent_id="",agent="Ana"} 3)"));
}

TEST_F(reports, fill_gaps_while_there_is_budget_and_say_so) {
  EXPECT_TRUE(poll());
  stage_.pass(26h);
  EXPECT_TRUE(poll());
  EXPECT_THAT(stage_.log.taken(),
              ElementsAre(AllOf(HasSubstr("caught up a window"), HasSubstr("collector=calls"),
                                HasSubstr("left=")),
                          HasSubstr("left=0s")));
}

class reports_of_little_budget : public reports {
 protected:
  static config::operation settings() {
    auto made = stage::configured({"calls"});
    made.licences = 1;
    return made;
  }
  reports_of_little_budget() : reports(settings()) {}
};

TEST_F(reports_of_little_budget, leave_gaps_alone_when_it_is_spent) {
  EXPECT_TRUE(poll());
  stage_.pass(26h);
  crew_.requests.begin_day_if_new();
  for (int i = 0; i < 899; ++i) {
    crew_.budget.spend("agents");
  }
  stage_.platform.taken();
  EXPECT_TRUE(poll());
  EXPECT_THAT(stage_.platform.taken(), ElementsAre("calls")) << "the fresh window took the last";
  EXPECT_EQ(crew_.of("calls").memory.covered.size(), 2U);
}

}  // namespace
}  // namespace wolkvox::operation
