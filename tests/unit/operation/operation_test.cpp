// An operation's start, change and end.
#include "exporter/operation/operation.hpp"

#include <gmock/gmock.h>

#include "tests/unit/operation/stage.hpp"

namespace wolkvox::operation {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class operations : public testing::Test {
 protected:
  void begin(config::operation settings = stage::configured({"agents", "names", "calls"})) {
    running_ = std::make_shared<operation>(
        stage_.around(), std::make_shared<const config::operation>(std::move(settings)));
    remembered known;
    known.state = stage_.ledger.load("acme").value();
    known.day = "2026-11-21";
    stage_.await(running_->restore(std::move(known)));
  }
  void start(config::operation settings = stage::configured({"agents", "names", "calls"})) {
    begin(std::move(settings));
    running_->start();
    stage_.settle();
  }
  // True when all ended, and nothing is left that could keep the program.
  bool ends() {
    running_->end();
    stage_.settle();
    const bool all = stage_.await(running_->ended(stage_.now + 3s));
    const std::weak_ptr<operation> gone = running_;
    running_.reset();
    stage_.settle();
    return all && gone.expired() && stage_.loop.stopped();
  }
  static config::operation changed(std::string_view collector) {
    auto settings = stage::configured({"agents", "names", "calls"});
    settings.collectors.find(collector)->second.interval = 7min;
    return settings;
  }
  void change(config::operation settings) {
    remembered known;
    known.state = stage_.ledger.load("acme").value();
    known.day = "2026-11-21";
    stage_.await(running_->change(std::make_shared<const config::operation>(std::move(settings)),
                                  std::move(known)));
  }
  std::uint64_t spent(std::string_view collector) {
    return stage_.ledger.spending("acme", "2026-11-21").value()[std::string{collector}];
  }
  collector_status status(std::string_view collector) const {
    const operation_status told = running_->status();
    for (const collector_status& each : told.collectors) {
      if (each.name == collector) {
        return each;
      }
    }
    return {};
  }

  stage stage_;
  std::shared_ptr<operation> running_;
};

TEST_F(operations, poll_every_collector_and_tell_how_they_stand) {
  start();
  EXPECT_TRUE(running_->ready());
  EXPECT_TRUE(status("agents").up);
  EXPECT_EQ(status("calls").window_end, noon);
  EXPECT_EQ(status("calls").last_success, noon);
  EXPECT_EQ(running_->status().collectors.size(), 3U);
  EXPECT_TRUE(ends());
}

TEST_F(operations, read_the_roster_before_reports) {
  stage_.platform.is_silent = true;
  start();
  EXPECT_THAT(stage_.platform.taken(), Not(testing::Contains("calls")));
  EXPECT_FALSE(running_->ready());
  stage_.platform.speak();
  stage_.settle();
  EXPECT_TRUE(status("calls").up);
  EXPECT_TRUE(ends());
}

TEST_F(operations, read_reports_when_the_roster_fails) {
  stage_.platform.says["names"] = [](const auto&) {
    return fake_platform::reply{std::unexpected(fake_platform::failure(api::error_kind::http))};
  };
  start();
  EXPECT_FALSE(status("names").up);
  EXPECT_TRUE(status("calls").up);
  EXPECT_TRUE(ends());
}

TEST_F(operations, once_poll_each_and_keep_what_was_spent) {
  begin();
  stage_.await(running_->run_once());
  EXPECT_TRUE(running_->ready());
  EXPECT_EQ(spent("agents"), 1U);
  EXPECT_EQ(stage_.ledger.load("acme")->zone, "America/Bogota") << "every report was asked in it";
  EXPECT_TRUE(ends());
}

TEST_F(operations, take_up_what_they_spent_before) {
  EXPECT_TRUE(stage_.ledger.spend("acme", "agents", "2026-11-21", 40));
  running_ = std::make_shared<operation>(
      stage_.around(), std::make_shared<const config::operation>(stage::configured({"agents"})));
  remembered known;
  known.day = "2026-11-21";
  known.spending = {{"agents", 40}};
  stage_.await(running_->restore(std::move(known)));
  EXPECT_TRUE(
      stage_.shows(R"(wolkvox_budget_spent_requests{operation="acme",collector="agents"} 40)"));
  EXPECT_TRUE(ends());
}

// A reload.

TEST_F(operations, that_change_one_collector_let_the_others_go_on) {
  start();
  EXPECT_TRUE(running_->can_change_to(changed("agents")));
  auto another = changed("agents");
  another.timezone = "Europe/Madrid";
  EXPECT_FALSE(running_->can_change_to(another));
  stage_.platform.taken();
  stage_.await(running_->hold());
  change(changed("agents"));
  stage_.settle();
  EXPECT_EQ(stage_.platform.taken(), std::vector<std::string>{"agents"});
  EXPECT_EQ(status("agents").interval, 7min);
  EXPECT_TRUE(status("agents").last_success) << "what people were told stays true";
  EXPECT_TRUE(ends());
}

TEST_F(operations, that_change_forget_a_collector_that_is_off) {
  start();
  EXPECT_TRUE(stage_.shows(R"(wolkvox_up{operation="acme",collector="agents"} 1)"));
  stage_.await(running_->hold());
  change(stage::configured({"names", "calls"}));
  EXPECT_FALSE(stage_.shows(R"(wolkvox_up{operation="acme",collector="agents"})"));
  EXPECT_EQ(running_->status().collectors.size(), 2U);
  EXPECT_TRUE(ends());
}

TEST_F(operations, whose_ledger_fails_when_a_reload_would_read_it_go_on_and_lose_nothing) {
  start();
  stage_.ledger.is_full = true;
  stage_.await(running_->hold());
  EXPECT_THAT(stage_.log.taken(), testing::Contains(HasSubstr("the ledger cannot be written")));
  running_->release();  // as when the ledger cannot be read
  stage_.ledger.is_full = false;
  EXPECT_TRUE(ends());
  EXPECT_EQ(spent("agents"), 1U);
}

TEST_F(operations, whose_ledger_fails_while_they_change_count_again_when_it_works) {
  start();
  stage_.await(running_->hold());
  stage_.ledger.is_full = true;
  change(changed("calls"));
  stage_.settle();
  EXPECT_FALSE(status("calls").up);
  stage_.ledger.is_full = false;
  stage_.await(running_->hold());
  change(changed("agents"));  // calls as before: begun anew
  stage_.settle();
  EXPECT_TRUE(status("calls").up);
  EXPECT_TRUE(ends());
}

TEST_F(operations, that_are_held_count_nothing_until_they_are_released) {
  stage_.platform.is_silent = true;
  start();
  stage_.await(running_->hold());
  const int writes = stage_.ledger.writes;
  stage_.platform.speak();
  stage_.settle();
  EXPECT_EQ(stage_.ledger.writes, writes);
  EXPECT_FALSE(status("calls").up);
  running_->release();
  stage_.settle();
  EXPECT_TRUE(status("calls").up);
  EXPECT_TRUE(ends());
}

// An end in every state.

TEST_F(operations, end_before_they_begin) {
  begin();
  EXPECT_TRUE(ends());
}

TEST_F(operations, end_while_they_wait_for_answers) {
  stage_.platform.is_silent = true;
  start();
  EXPECT_TRUE(ends());
  EXPECT_EQ(stage_.platform.closings, 1);
  EXPECT_THAT(stage_.log.taken(), IsEmpty()) << "a stop is no failure";
}

TEST_F(operations, end_while_reports_wait_for_the_roster) {
  stage_.platform.says["names"] = [this](const auto&) {
    stage_.platform.is_silent = true;  // from its second request on
    return fake_platform::reply{};
  };
  start();
  EXPECT_FALSE(status("calls").tried);
  EXPECT_TRUE(ends());
}

TEST_F(operations, end_while_a_reload_holds_them_and_leave_the_names_to_who_comes_after) {
  stage_.platform.is_silent = true;
  start();
  stage_.await(running_->hold());
  stage_.platform.speak();
  stage_.settle();
  EXPECT_TRUE(ends());
}

TEST_F(operations, end_while_the_lane_is_closed) {
  stage_.platform.says["agents"] = [](const auto&) {
    return fake_platform::reply{std::unexpected(fake_platform::failure(api::error_kind::auth))};
  };
  start();
  EXPECT_FALSE(status("calls").up);
  EXPECT_TRUE(ends());
}

TEST_F(operations, end_while_the_ledger_fails) {
  stage_.ledger.is_full = true;
  start();
  EXPECT_FALSE(status("calls").up);
  EXPECT_TRUE(ends());
}

TEST_F(operations, end_while_they_change) {
  start();
  stage_.platform.is_silent = true;
  stage_.await(running_->hold());
  change(changed("agents"));
  stage_.settle();
  EXPECT_TRUE(ends());
}

TEST_F(operations, keep_at_their_end_what_was_spent) {
  start();
  EXPECT_EQ(spent("names"), 0U) << "a quarter of a minute may be lost in a crash";
  EXPECT_TRUE(ends());
  EXPECT_EQ(spent("names"), 3U);
  EXPECT_EQ(spent("calls"), 1U);
}

}  // namespace
}  // namespace wolkvox::operation
