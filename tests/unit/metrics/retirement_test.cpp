// Who leaves the page, and that what comes back grows from where it stood.
#include "metrics/retirement.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/metrics/desk.hpp"

namespace wolkvox::metrics {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

series_key billed(std::vector<owned_label> labels) {
  labels.push_back({"interaction", "inbound"});
  return {family_id::cdr_talk_seconds_total, std::move(labels)};
}

series_key of_all(std::string agent, std::string skill, std::string campaign) {
  return billed({{"agent_id", std::move(agent)},
                 {"skill_id", std::move(skill)},
                 {"campaign_id", std::move(campaign)}});
}

std::shared_ptr<const name_directory> roster(std::vector<std::string> skills) {
  auto made = std::make_shared<name_directory>();
  made->learn(named_thing::agent, "1", "Ana");
  made->learn(named_thing::campaign, "5", "Cobros");
  for (const auto& each : skills) {
    made->learn(named_thing::skill, each, "Skill " + each);
  }
  return made;
}

TEST(retirement, one_who_is_in_no_roster_is_enough) {
  const auto known = roster({"7"});
  EXPECT_FALSE(has_left(of_all("1", "7", "5"), *known));
  EXPECT_TRUE(has_left(of_all("2", "7", "5"), *known));
  EXPECT_TRUE(has_left(of_all("1", "8", "5"), *known));
  EXPECT_TRUE(has_left(of_all("1", "7", "6"), *known));
  EXPECT_FALSE(has_left(of_all("", "7", ""), *known)) << "no id, nobody";
  EXPECT_FALSE(has_id(of_all("", "", "")));
  EXPECT_FALSE(has_id(billed({})));
  EXPECT_TRUE(has_id(of_all("", "7", "")));
}

TEST(retirement, series_are_made_with_the_labels_that_tell_apart) {
  const std::vector both{named_thing::skill, named_thing::campaign};
  EXPECT_FALSE(is_made(of_all("1", "7", "5"), both));
  EXPECT_TRUE(is_made(billed({{"skill_id", "7"}, {"campaign_id", "5"}}), both));
  EXPECT_FALSE(is_made(billed({{"skill_id", "7"}}), both));
  EXPECT_TRUE(is_made(of_all("1", "7", "5"), every_named_thing));
  EXPECT_TRUE(is_made(calls("7", 0).key, every_named_thing)) << "the family has no other";
  EXPECT_FALSE(is_made(calls("7", 0).key, {}));
}

constexpr sys_seconds today{std::chrono::sys_days{std::chrono::year{2026} / 11 / 30}};

series_state stood_since(std::string skill, std::int64_t count, days ago) {
  auto made = calls(std::move(skill), count, true);
  made.grown = today - ago;
  return made;
}

struct centre : desk {
  using desk::desk;

  void publish_with(std::chrono::seconds when, const retirement_terms& terms) {
    left = counted.retirement_due(terms, at(when));
    counted.retire(left);
    publish(when);
  }
  std::vector<series_stand> left;
};

retirement_terms after_90_days(std::shared_ptr<const name_directory> of = roster({"7"})) {
  return {.after = days{90}, .now = today, .roster = std::move(of)};
}

TEST(retirement, who_left_and_stood_still_leaves_the_page) {
  centre acme;
  acme.counted.restore({stood_since("7", 1, days{400}), stood_since("8", 2, days{90}),
                        stood_since("9", 3, days{89})},
                       {});
  acme.publish_with(0s, after_90_days());
  EXPECT_TRUE(acme.left.empty()) << "not before the page has shown for a while where it stands";
  acme.publish_with(130s, after_90_days());
  EXPECT_TRUE(acme.shows("7")) << "it is in the roster";
  EXPECT_FALSE(acme.shows("8"));
  EXPECT_TRUE(acme.shows("9"));
  ASSERT_EQ(acme.left.size(), 1U);
  EXPECT_EQ(acme.left[0].second.total, quantity::from_count(2));
}

TEST(retirement, nobody_leaves_without_a_roster_or_where_it_is_switched_off) {
  centre acme;
  acme.counted.restore({stood_since("8", 2, days{400})}, {});
  acme.publish(0s);
  auto never = after_90_days();
  never.after = 0s;
  acme.publish_with(130s, after_90_days(nullptr));
  acme.publish_with(131s, never);
  EXPECT_TRUE(acme.shows("8"));
}

TEST(retirement, what_comes_back_stands_where_it_stood_before_it_grows) {
  centre acme;
  acme.counted.restore({stood_since("8", 2, days{400})}, {});
  acme.publish(0s);
  acme.publish_with(130s, after_90_days());
  EXPECT_FALSE(acme.shows("8"));
  auto again = calls("8", 5);
  again.base = acme.left.at(0).second;
  again.grown = today;
  acme.poll(200s, {again});
  EXPECT_EQ(acme.value(), 2);
  acme.publish(329s);
  EXPECT_EQ(acme.value(), 2);
  acme.publish_with(330s, after_90_days());
  EXPECT_EQ(acme.value(), 5);
  acme.publish_with(500s, after_90_days());
  EXPECT_TRUE(acme.shows("8")) << "it grew today";
}

TEST(retirement, a_restart_shows_nobody_who_left) {
  centre acme{1};
  auto gone = stood_since("8", 2, days{400});
  gone.retired = true;
  EXPECT_EQ(acme.counted.restore({gone, calls("7", 1, true)}, {}), 0U) << "nor has it a room";
  acme.publish(0s);
  EXPECT_FALSE(acme.shows("8"));
}

TEST(retirement, who_left_makes_room) {
  centre acme{1};
  acme.counted.restore({stood_since("8", 2, days{400})}, {});
  acme.publish(0s);
  EXPECT_EQ(acme.counted.apply({calls("7", 1)}), 1U);
  acme.publish_with(130s, after_90_days());
  EXPECT_EQ(acme.counted.apply({calls("7", 2)}), 0U);
  acme.publish(131s);
  EXPECT_TRUE(acme.shows("7"));
}

TEST(retirement, labels_that_are_not_made_any_more_take_no_room_and_leave_when_it_is_wanted) {
  const auto with_agent = [](const char* agent) {
    series_state made{.key = of_all(agent, "7", ""), .bounds = {}, .buckets = {}, .total = {}};
    made.shown = true;
    made.grown = today;
    return made;
  };
  accumulated counted{"acme",
                      2,
                      show_name,
                      created_samples::left_out,
                      accumulated::first_showing,
                      {named_thing::skill}};
  counted.restore({with_agent("1"), with_agent("2")}, {});
  series_state fresh{.key = billed({{"skill_id", "7"}}), .bounds = {}, .buckets = {}, .total = {}};
  const auto left_at = [&](std::chrono::seconds when) {
    const auto left = counted.retirement_due(after_90_days(nullptr), at(when));
    counted.retire(left);
    const auto pages = counted.pages();
    counted.pages_published(at(when));
    return std::pair{left.size(), count_series(pages)};
  };
  EXPECT_EQ(left_at(0s), (std::pair{0UL, 2UL}));
  EXPECT_EQ(left_at(130s), (std::pair{0UL, 2UL})) << "there is room";
  EXPECT_EQ(counted.apply({fresh}), 0U);
  EXPECT_EQ(left_at(131s), (std::pair{2UL, 1UL}));
}

TEST(retirement, who_is_named_another_way_just_now_stays_until_that_is_done) {
  centre acme;
  acme.counted.restore({stood_since("8", 2, days{400}), calls("9", 1, true)}, {});
  acme.publish(0s);
  acme.poll(100s, {calls("9", 2, true)});
  name_directory names;
  names.learn(named_thing::skill, "8", "Cobros");
  names.learn(named_thing::skill, "9", "Ventas");
  acme.rename(names);
  acme.publish_with(130s, after_90_days(roster({"9"})));
  EXPECT_TRUE(acme.left.empty());
  acme.publish(230s);
  acme.publish_with(360s, after_90_days(roster({"9"})));
  EXPECT_EQ(acme.left.size(), 1U);
}

}  // namespace
}  // namespace wolkvox::metrics
