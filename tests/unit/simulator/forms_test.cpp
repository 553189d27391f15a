// Wire forms, local time, publication, clock, quota: the small pure parts.
#include <gtest/gtest.h>

#include "build.hpp"
#include "tests/simulator/platform_clock.hpp"
#include "tests/simulator/publication.hpp"
#include "tests/simulator/quota.hpp"
#include "tests/simulator/row_writer.hpp"
#include "tests/simulator/wire.hpp"

namespace wolkvox::simulator::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(wire, writes_durations_past_a_day) {
  EXPECT_EQ(hours_minutes_seconds(0), "00:00:00");
  EXPECT_EQ(hours_minutes_seconds(215), "00:03:35");
  EXPECT_EQ(hours_minutes_seconds(360'001), "100:00:01");
}

TEST(wire, writes_percentages_as_the_platform_does) {
  EXPECT_EQ(percentage(0, 7), "0 %");
  EXPECT_EQ(percentage(3, 0), "0 %");
  EXPECT_EQ(percentage(3464, 10'000), "34.64 %");
  EXPECT_EQ(percentage(1'523'333, 10'000), "15,233.33 %");
}

TEST(wire, writes_money_and_thousands) {
  EXPECT_EQ(decimal(0), "0.00");
  EXPECT_EQ(decimal(123'456'705), "1,234,567.05");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(60'000), "60,000");
}

TEST(wire, bills_minutes_begun) {
  EXPECT_EQ(minutes_begun(2), 1);
  EXPECT_EQ(minutes_begun(60), 1);
  EXPECT_EQ(minutes_begun(61), 2);
  EXPECT_EQ(cost_hundredths(call_type::internal_call, 600), 0);
  EXPECT_EQ(cost_hundredths(call_type::inbound, 61), 17'500);
}

TEST(wire, carries_the_epoch_in_the_call_id) {
  const call_id id{.serial = 17, .by_machine = true, .began = sys_seconds{seconds{1'769'882'848}}};
  EXPECT_EQ(conn_id_text(id), "ivr.1769882848.17");
  EXPECT_EQ(conn_id_text({.serial = 17, .by_machine = false, .began = id.began}),
            "20017.17.1769882848.3");
}

TEST(wire, makes_personal_data_recognisable) {
  EXPECT_TRUE(telephone(5).starts_with("+57300"));
  EXPECT_EQ(telephone(5).size(), 13U);
  EXPECT_TRUE(customer_id(5).starts_with("CC-"));
  EXPECT_TRUE(private_comment(6).starts_with("comentario privado"));
}

TEST(local_time, reads_and_writes_the_platforms_dates) {
  const auto bogota = local_time::of("America/Bogota").value();
  const auto read = bogota.read_compact("20260131130728", false);
  ASSERT_TRUE(read);
  EXPECT_EQ(bogota.text(*read), "2026-01-31 13:07:28");
  EXPECT_EQ(bogota.text(bogota.next_midnight(*read)), "2026-02-01 00:00:00");
  EXPECT_EQ(bogota.weekday(*read), 6U);
}

TEST(local_time, refuses_what_is_no_date) {
  const auto bogota = local_time::of("America/Bogota").value();
  for (const auto* text : {"", "2026013113072", "202601311307281", "20260231130728",
                           "20260131250728", "2026-1-31 13:07", "+0260131130728"}) {
    EXPECT_FALSE(bogota.read_compact(text, false)) << text;
  }
  EXPECT_FALSE(bogota.read_text("2026-01-31x13:07:28"));
  EXPECT_FALSE(local_time::of("Nowhere"));
}

TEST(publication, shows_a_call_ten_to_fifteen_minutes_after_its_end) {
  const publication_settings usual;
  for (int second = 0; second < 3600; second += 7) {
    const auto ended = at("2026-11-20T09:00:00") + seconds{second};
    const auto delay = visible_at(ended, 1, usual) - ended;
    EXPECT_GE(delay, minutes{10});
    EXPECT_LT(delay, minutes{15});
  }
}

TEST(publication, rebuilds_the_sums_every_ten_minutes) {
  const publication_settings usual;
  EXPECT_EQ(visible_in_sums_at(at("2026-11-20T09:05:00"), usual), at("2026-11-20T09:10:00"));
  EXPECT_EQ(visible_in_sums_at(at("2026-11-20T09:10:00"), usual), at("2026-11-20T09:10:00"));
}

TEST(publication, shows_at_once_when_told_so) {
  const publication_settings none{.scale = 0.0};
  const auto ended = at("2026-11-20T09:00:01");
  EXPECT_EQ(visible_at(ended, 1, none), ended);
  EXPECT_EQ(visible_in_sums_at(ended, none), ended);
}

TEST(publication, lets_the_late_share_come_later) {
  const publication_settings late{.scale = 0.0, .late_share = 0.25, .late_max = hours{1}};
  const auto ended = at("2026-11-20T09:00:01");
  int later = 0;
  for (std::uint64_t draw = 0; draw < 1000; ++draw) {
    const auto delay = visible_at(ended, draw, late) - ended;
    EXPECT_LE(delay, hours{1});
    later += delay.count() > 0 ? 1 : 0;
  }
  EXPECT_NEAR(later, 250, 60);
}

TEST(platform_clock, runs_at_its_speed_and_stands_when_told) {
  const platform_clock::real::time_point zero{};
  platform_clock clock(sys_seconds{seconds{1000}}, 60.0, zero);
  EXPECT_EQ(clock.now(zero + seconds{2}), sys_seconds{seconds{1120}});
  clock.set_speed(0.0, zero + seconds{2});
  EXPECT_EQ(clock.now(zero + seconds{90}), sys_seconds{seconds{1120}});
  clock.forward(seconds{5});
  EXPECT_EQ(clock.now(zero + seconds{90}), sys_seconds{seconds{1125}});
}

TEST(quota, ends_and_starts_again_with_the_day) {
  quota spent(2);
  EXPECT_TRUE(spent.spend(7));
  EXPECT_TRUE(spent.spend(7));
  EXPECT_FALSE(spent.spend(7));
  EXPECT_EQ(spent.used(), 2U);
  EXPECT_TRUE(spent.spend(8));
  EXPECT_EQ(spent.used(), 1U);
}

TEST(row_writer, escapes_what_json_must_not_carry) {
  row_writer rows(std::nullopt, 10);
  rows.begin_row();
  rows.text("name", "a\"b\\c\nñ");
  rows.end_row();
  EXPECT_EQ(rows.take().text, "{\"name\":\"a\\\"b\\\\c\\u000añ\"}");
}

TEST(row_writer, writes_the_odd_forms) {
  const auto written = [](fault_kind kind) {
    row_writer rows(kind, 10);
    rows.begin_row();
    rows.agent_id("12345", "Ana");
    rows.integer("calls", 1234);
    rows.personal("ani", "");
    rows.end_row();
    return rows.take().text;
  };
  EXPECT_EQ(written(fault_kind::agent_id_suffix),
            R"({"agent_id":"12345-Ana","calls":"1234","ani":""})");
  EXPECT_EQ(written(fault_kind::numbers), R"({"agent_id":"12345","calls":1234,"ani":""})");
  EXPECT_EQ(written(fault_kind::odd_integers),
            R"({"agent_id":"12345","calls":" 1,234 ","ani":""})");
  EXPECT_EQ(written(fault_kind::fillers), R"({"agent_id":"12345","calls":"1234","ani":"--"})");
  EXPECT_EQ(written(fault_kind::extra_fields),
            R"({"agent_id":"12345","calls":"1234","ani":"","field_of_tomorrow":"x",)"
            R"("nested_thing":{"a":[1,2,{"b":null}]}})");
  EXPECT_EQ(written(fault_kind::missing_fields), R"({"agent_id":"12345","calls":"1234"})");
  EXPECT_EQ(written(fault_kind::blank_in_keys),
            R"({"agent_id ":"12345","calls ":"1234","ani ":""})");
}

TEST(row_writer, writes_extreme_values) {
  row_writer rows(fault_kind::extreme_values, 10);
  rows.begin_row();
  rows.duration("login_time", 1);
  rows.percentage("ocupation", 1, 2);
  rows.end_row();
  EXPECT_EQ(rows.take().text, R"({"login_time":"100:00:01","ocupation":"15,233.33 %"})");
}

}  // namespace
}  // namespace wolkvox::simulator::test
