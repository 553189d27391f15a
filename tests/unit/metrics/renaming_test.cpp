// Names beside ids: to Prometheus another name is another series, and no increase may be lost or
// doubled between the two.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "tests/unit/metrics/desk.hpp"

namespace wolkvox::metrics {
namespace {

using namespace std::chrono_literals;

TEST(accumulated, names_stand_beside_ids) {
  const auto hash = [](std::string_view id, std::string_view name) {
    return "h(" + std::string{id} + "," + std::string{name} + ")";
  };
  desk acme{no_limit, hash};
  name_directory names;
  names.learn(named_thing::agent, "1", "Ana");
  names.learn(named_thing::campaign, "5", "Cobros");
  acme.rename(names);
  series_state call{.key = {family_id::cdr_calls_total,
                            {{"agent_id", "1"},
                             {"skill_id", ""},
                             {"campaign_id", "5"},
                             {"interaction", "inbound"},
                             {"hung_up", "agent"}}},
                    .bounds = {},
                    .buckets = {},
                    .total = {},
                    .shown = false};
  auto unknown = call;
  unknown.key.labels[0].value = "2";
  acme.poll(0s, {unknown, call});
  EXPECT_EQ(acme.text(),
            "wolkvox_cdr_calls_total{operation=\"acme\",agent_id=\"1\",agent=\"h(1,Ana)\","
            "skill_id=\"\",skill=\"\",campaign_id=\"5\",campaign=\"Cobros\","
            "interaction=\"inbound\",hung_up=\"agent\"} 0\n"
            "wolkvox_cdr_calls_total{operation=\"acme\",agent_id=\"2\",agent=\"h(2,2)\","
            "skill_id=\"\",skill=\"\",campaign_id=\"5\",campaign=\"Cobros\","
            "interaction=\"inbound\",hung_up=\"agent\"} 0\n");
}

TEST(accumulated, name_that_a_key_brings_is_written_as_it_is) {
  desk acme;
  const series_state nobody{
      .key = {family_id::agent_hold_seconds_total, {{"agent_id", ""}, {"agent", "Ana Ruiz"}}},
      .bounds = {},
      .buckets = {},
      .total = {},
      .shown = false};
  acme.poll(0s, {nobody});
  EXPECT_EQ(acme.text(),
            "wolkvox_agent_hold_seconds_total{operation=\"acme\",agent_id=\"\","
            "agent=\"Ana Ruiz\"} 0\n");
}

name_directory skill_7_is(const std::string& name) {
  name_directory names;
  names.learn(named_thing::skill, "7", name);
  return names;
}

TEST(accumulated, renamed_series_goes_on_from_its_value_and_its_growth_waits) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, {});
  acme.publish(0s);
  acme.rename(skill_7_is("Ventas"));
  acme.poll(130s, {calls("7", 6, true)});
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.value(), 4) << "where the old name stopped";
  EXPECT_EQ(acme.next, at(260s));
  acme.publish(259s);
  EXPECT_EQ(acme.value(), 4);
  acme.publish(260s);
  EXPECT_EQ(acme.value(), 6);
}

TEST(accumulated, rename_waits_until_the_last_growth_was_shown_long_enough) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, {});
  acme.publish(0s);
  acme.poll(200s, {calls("7", 6, true)});
  acme.rename(skill_7_is("Ventas"));
  acme.poll(210s, {calls("7", 9, true)});
  EXPECT_TRUE(acme.shows("7"));
  EXPECT_EQ(acme.value(), 6) << "stands still";
  EXPECT_EQ(acme.next, at(330s));
  acme.publish(330s);
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.value(), 6);
  acme.publish(460s);
  EXPECT_EQ(acme.value(), 9);
  EXPECT_EQ(acme.next, std::nullopt);
}

TEST(accumulated, rename_waits_for_the_last_of_several_series) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, {});
  acme.publish(0s);
  auto fresh = calls("8", 2, true);
  acme.poll(100s, {fresh});
  auto names = skill_7_is("Ventas");
  names.learn(named_thing::skill, "8", "Cobros");
  acme.rename(names);
  acme.publish(150s);
  EXPECT_EQ(acme.next, at(230s));
  acme.publish(230s);
  EXPECT_TRUE(acme.shows("Ventas") && acme.shows("Cobros"));
}

TEST(accumulated, series_at_0_is_renamed_at_once) {
  desk acme;
  acme.poll(0s, {calls("7", 3)});
  acme.rename(skill_7_is("Ventas"));
  acme.publish(1s);
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.value(), 0);
  EXPECT_EQ(acme.next, at(131s));
  acme.publish(131s);
  EXPECT_EQ(acme.value(), 3);
}

TEST(accumulated, series_born_while_names_wait_is_shown_under_the_new_ones) {
  desk acme;
  acme.counted.restore({calls("8", 4, true)}, {});
  acme.publish(0s);
  auto names = skill_7_is("Ventas");
  names.learn(named_thing::skill, "8", "Cobros");
  acme.rename(names);
  acme.poll(1s, {calls("7", 2)});
  EXPECT_TRUE(acme.counted.keys_to_show(at(131s)).empty()) << "not above 0 under a name that goes";
  acme.publish(131s);
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.value(), 0);
}

TEST(accumulated, rename_tells_the_names_and_where_shown_series_stand) {
  desk acme;
  acme.counted.restore({calls("7", 4, true), calls("8", 0)}, skill_7_is("Sales"));
  acme.publish(0s);
  acme.counted.apply({calls("7", 6, true)});
  auto names = skill_7_is("Ventas");
  names.learn(named_thing::skill, "8", "Cobros");
  acme.rename(names);
  const auto change = acme.counted.rename_due(at(130s));
  ASSERT_TRUE(change);
  EXPECT_TRUE(change->names == names);
  ASSERT_EQ(change->series.size(), 1U) << "what shows nothing can have any name";
  EXPECT_EQ(change->series[0].first.labels[0].value, "7");
  EXPECT_EQ(change->series[0].second.total, quantity::from_count(4));
}

TEST(accumulated, restart_shows_the_names_it_showed_and_renames_like_any_other) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, skill_7_is("Sales"));
  acme.rename(skill_7_is("Ventas"));
  acme.publish(0s);
  EXPECT_TRUE(acme.shows("Sales")) << "what it grew by before the restart was perhaps never seen";
  EXPECT_EQ(acme.value(), 4);
  acme.publish(130s);
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.value(), 4);
}

TEST(accumulated, restart_after_a_rename_begins_at_its_base) {
  auto renamed = calls("7", 6);
  renamed.base = {.total = quantity::from_count(4)};
  auto waited = waits({2, 1, 0}, 40'000'000);
  waited.base = {.total = quantity::from_count(10),
                 .buckets = {1, 0, 0},
                 .native = waits({1, 0, 0}, 0).native};
  desk acme;
  acme.counted.restore({renamed, waited}, skill_7_is("Ventas"));
  acme.publish(0s);
  const auto sum_at = [&] { return exposition_reader{acme.text()}.read().at(4).value; };
  EXPECT_EQ(acme.value(), 4);
  EXPECT_EQ(sum_at(), 10);
  acme.publish(130s);
  EXPECT_EQ(acme.value(), 6);
  EXPECT_EQ(sum_at(), 40);
}

TEST(accumulated, name_once_shown_stays_when_no_other_is_told) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, skill_7_is("Ventas"));
  acme.rename({});
  acme.publish(0s);
  acme.publish(130s);
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.next, std::nullopt);
}

TEST(accumulated, pages_that_are_looked_at_once_show_everything) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, {});
  acme.publish(0s);
  acme.counted.apply({calls("7", 6, true), calls("8", 2)});
  acme.rename(skill_7_is("Ventas"));
  acme.counted.show_all();
  acme.pages = acme.counted.pages();
  EXPECT_TRUE(acme.shows("Ventas"));
  EXPECT_EQ(acme.value(), 6);
  EXPECT_TRUE(acme.text().ends_with(" 2\n"));
}

TEST(accumulated, names_of_others_change_nothing) {
  desk acme;
  acme.counted.restore({calls("7", 4, true)}, {});
  name_directory names;
  names.learn(named_thing::skill, "8", "Ventas");
  names.learn(named_thing::agent, "7", "Ana");
  acme.rename(names);
  acme.poll(1s, {calls("7", 5, true)});
  EXPECT_EQ(acme.value(), 5);
}

}  // namespace
}  // namespace wolkvox::metrics
