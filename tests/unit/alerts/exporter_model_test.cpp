// What the modelled exporter would show: live figures while fresh, calls of the report once each.
#include "tests/alerts/score/exporter_model.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace wolkvox::alerts::test {
namespace {

using simulator::fault_kind;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// A Friday morning of an overloaded centre: callers give up. Rows show at once.
simulator::centre_settings overloaded() {
  simulator::centre_settings made;
  made.start =
      simulator::local_time::of("America/Bogota")->read_text("2026-11-20T09:00:00").value();
  made.agents = 4;
  made.skills = 2;
  made.calls_per_day = 900;
  made.publication.scale = 0.0;
  return made;
}

class exporter_model_test : public testing::Test {
 protected:
  // Callers of the report who gave up within the lookback of the first poll and until now.
  std::map<std::string, std::int64_t> gave_up() const {
    std::map<std::string, std::int64_t> found;
    const auto& centre = platform_.centre();
    for (const auto& call : centre.records().queue) {
      if (call.abandoned && call.ended >= start_ - hours{1}) {
        ++found[std::to_string(centre.people().skills[call.skill].id)];
      }
    }
    return found;
  }

  std::map<std::string, std::int64_t> counted() const {
    std::map<std::string, std::int64_t> found;
    for (const auto& [id, skill] : exporter_.reported()) {
      found[id] = skill.calls;
    }
    return found;
  }

  void fail(std::string report, seconds length) {
    simulator::fault failure;
    failure.kind = fault_kind::status_503;
    failure.report = std::move(report);
    failure.lasts = length;
    platform_.faults().add(std::move(failure), platform_.centre().now());
  }

  simulator::platform platform_{overloaded(), {}};
  exporter_model exporter_{platform_};
  sys_seconds start_ = platform_.centre().now();
};

TEST_F(exporter_model_test, shows_nothing_before_its_first_poll) {
  EXPECT_TRUE(exporter_.live(start_).empty());
}

TEST_F(exporter_model_test, shows_the_days_counters_of_every_skill) {
  const auto now = start_ + hours{1};
  exporter_.poll_skills(now);
  const auto shown = exporter_.live(now);
  const auto& skills = platform_.centre().skills();
  ASSERT_EQ(shown.size(), skills.size());
  std::int64_t lost = 0;
  for (std::size_t i = 0; i < skills.size(); ++i) {
    EXPECT_EQ(shown[i].id, std::to_string(platform_.centre().people().skills[i].id));
    EXPECT_EQ(shown[i].queue, static_cast<std::int64_t>(skills[i].in_queue));
    EXPECT_EQ(shown[i].offered, static_cast<std::int64_t>(skills[i].day.offered));
    EXPECT_EQ(shown[i].answered, static_cast<std::int64_t>(skills[i].day.answered));
    EXPECT_EQ(shown[i].abandoned, static_cast<std::int64_t>(skills[i].day.abandoned));
    lost += shown[i].abandoned;
  }
  EXPECT_GT(lost, 0);
}

TEST_F(exporter_model_test, withdraws_what_is_older_than_three_polls) {
  exporter_.poll_skills(start_);
  fail("skills", hours{1});
  exporter_.poll_skills(start_ + minutes{1});
  EXPECT_FALSE(exporter_.live(start_ + minutes{3}).empty());
  EXPECT_TRUE(exporter_.live(start_ + minutes{3} + seconds{1}).empty());
}

TEST_F(exporter_model_test, forgets_live_figures_in_a_restart_and_keeps_the_ledger) {
  exporter_.poll_skills(start_);
  exporter_.poll_report(start_ + minutes{30});
  const auto before = counted();
  exporter_.restart();
  EXPECT_TRUE(exporter_.live(start_).empty());
  EXPECT_EQ(counted(), before);
}

TEST_F(exporter_model_test, counts_each_call_once_over_windows_that_overlap) {
  exporter_.poll_skills(start_);
  for (auto now = start_; now <= start_ + hours{2}; now += minutes{5}) {
    exporter_.poll_report(now);
  }
  EXPECT_EQ(counted(), gave_up());
}

TEST_F(exporter_model_test, catches_up_after_an_outage_longer_than_its_lookback) {
  exporter_.poll_skills(start_);
  exporter_.poll_report(start_);
  fail("skill_2", hours{3});
  exporter_.poll_report(start_ + hours{1});
  exporter_.poll_report(start_ + hours{4});
  EXPECT_EQ(counted(), gave_up());
}

}  // namespace
}  // namespace wolkvox::alerts::test
