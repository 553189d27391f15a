// The truth is counted from the records; here it is counted again from the rows on the wire.
#include "tests/simulator/truth.hpp"

#include <boost/json/object.hpp>
#include <map>

#include "build.hpp"

namespace wolkvox::simulator::test {
namespace {

using counts = std::map<std::string, std::int64_t>;

class truth : public testing::Test {
 protected:
  truth() : what_(settings(), {.row_cap = 1'000'000}) {
    what_.advance(what_.centre().now() + std::chrono::hours{5});
  }

  static centre_settings settings() {
    auto made = small_centre();
    made.publication.late_share = 0.2;
    return made;
  }

  boost::json::array report(std::string_view target) {
    return rows(ask(what_, std::string(target) + std::string(whole_day)));
  }
  boost::json::object told() const {
    return tell_truth(what_.centre(),
                      {.as_of = truth_as_of::published, .from = at("2026-11-20"), .to = {}});
  }

  platform what_;
};

std::int64_t seconds_of(const std::string& text) {
  return std::stoll(text.substr(0, 2)) * 3600 + std::stoll(text.substr(3, 2)) * 60 +
         std::stoll(text.substr(6, 2));
}

std::string code(const boost::json::value& row, std::string_view key) {
  const auto value = text(row, key);
  return value == "-" ? "" : value;
}

TEST_F(truth, equals_the_abandoned_rows) {
  counts from_wire;
  counts from_truth;
  std::int64_t others = 0;
  for (const auto& row : report("/api/v2/reports_manager.php?api=skill_2&skill_id=all")) {
    if (text(row, "result") != "ABANDON") {
      ++others;
      continue;
    }
    const auto key = text(row, "skill_id") + "/" + text(row, "type_interaction");
    ++from_wire[key];
    from_wire[key + " waited"] += number(row, "abandon_time");
    from_wire[key + " 30"] += number(row, "abandon_time") <= 30 ? 1 : 0;
  }
  const auto truth = told();
  for (const auto& one : truth.at("abandoned_calls").as_array()) {
    const auto key = text(one, "skill_id") + "/" + text(one, "interaction");
    from_truth[key] = one.at("count").to_number<std::int64_t>();
    from_truth[key + " waited"] = one.at("wait_seconds").as_int64();
    from_truth[key + " 30"] = one.at("buckets").at("30").to_number<std::int64_t>();
  }
  EXPECT_FALSE(from_wire.empty());
  EXPECT_EQ(from_truth, from_wire);
  EXPECT_EQ(truth.at("skill_2_other_results").to_number<std::int64_t>(), others);
}

TEST_F(truth, equals_the_calls_and_codes) {
  counts from_wire;
  counts from_truth;
  for (const auto& row : report("/api/v2/customer.php?api=agents_detail")) {
    const auto place = text(row, "skill") + "/" + text(row, "campaign_id");
    const auto key = text(row, "agent_id") + "/" + place + "/" + text(row, "type_call") + "/" +
                     text(row, "hung_up");
    ++from_wire[key];
    from_wire[key + " seconds"] += number(row, "duration");
    ++from_wire[place + " codes " + code(row, "cod_act") + "/" + code(row, "cod_act_2")];
  }
  const auto truth = told();
  for (const auto& one : truth.at("calls").as_array()) {
    const auto key = text(one, "agent_id") + "/" + text(one, "skill_id") + "/" +
                     text(one, "campaign_id") + "/" + text(one, "interaction") + "/" +
                     text(one, "hung_up");
    from_truth[key] = one.at("count").to_number<std::int64_t>();
    from_truth[key + " seconds"] = one.at("duration_seconds").as_int64();
  }
  for (const auto& one : truth.at("codes").as_array()) {
    from_truth[text(one, "skill_id") + "/" + text(one, "campaign_id") + " codes " +
               text(one, "code") + "/" + text(one, "code_2")] =
        one.at("count").to_number<std::int64_t>();
  }
  EXPECT_GT(from_wire.size(), 100U);
  EXPECT_EQ(from_truth, from_wire);
}

TEST_F(truth, equals_the_call_details) {
  counts from_wire;
  counts from_truth;
  for (const auto& row : report("/api/v2/reports_manager.php?api=cdr_1")) {
    const auto key = text(row, "agent_id") + "/" + text(row, "skill_id") + "/" +
                     text(row, "campaign_id") + "/" + text(row, "type_interaction") + "/" +
                     text(row, "hang_up");
    auto cost = text(row, "cost");
    std::erase_if(cost, [](char c) { return c == ',' || c == '.'; });
    ++from_wire[key];
    from_wire[key + " talk"] += number(row, "time_seg");
    from_wire[key + " billed"] += number(row, "time_min") * 60;
    from_wire[key + " cost"] += std::stoll(cost) * 10'000;
  }
  const auto truth = told();
  for (const auto& one : truth.at("cdr").as_array()) {
    const auto key = text(one, "agent_id") + "/" + text(one, "skill_id") + "/" +
                     text(one, "campaign_id") + "/" + text(one, "interaction") + "/" +
                     text(one, "hung_up");
    from_truth[key] = one.at("count").to_number<std::int64_t>();
    from_truth[key + " talk"] = one.at("talk_seconds").as_int64();
    from_truth[key + " billed"] = one.at("billed_seconds").as_int64();
    from_truth[key + " cost"] = one.at("cost_micros").as_int64();
  }
  EXPECT_GT(from_wire.size(), 100U);
  EXPECT_EQ(from_truth, from_wire);
}

TEST_F(truth, equals_hold_and_mute) {
  counts from_wire;
  counts from_truth;
  for (const auto& row : report("/api/v2/reports_manager.php?api=agent_9")) {
    const auto key = text(row, "agent_name");
    from_wire[key] = number(row, "count");
    from_wire[key + " hold"] = seconds_of(text(row, "hold_time"));
    from_wire[key + " mute"] = seconds_of(text(row, "mute_time"));
    EXPECT_EQ(seconds_of(text(row, "total_time")),
              from_wire[key + " hold"] + from_wire[key + " mute"]);
  }
  const auto truth = told();
  for (const auto& one : truth.at("hold_mute").as_array()) {
    EXPECT_EQ(text(one, "day"), "2026-11-20");
    from_truth[text(one, "agent")] = one.at("count").as_int64();
    from_truth[text(one, "agent") + " hold"] = one.at("hold_seconds").as_int64();
    from_truth[text(one, "agent") + " mute"] = one.at("mute_seconds").as_int64();
  }
  EXPECT_FALSE(from_wire.empty());
  EXPECT_EQ(from_truth, from_wire);
}

TEST_F(truth, knows_more_than_is_published) {
  const auto rows_told = [&](truth_as_of as_of) {
    return tell_truth(what_.centre(), {.as_of = as_of, .from = {}, .to = {}})
        .at("rows")
        .at("cdr_1")
        .to_number<std::int64_t>();
  };
  const auto published = rows_told(truth_as_of::published);
  EXPECT_GT(rows_told(truth_as_of::happened), published);
  EXPECT_GT(published, 0);
}

TEST_F(truth, equals_the_live_figures) {
  counts from_wire;
  for (const auto& row : rows(ask(what_, "/api/v2/real_time.php?api=agents"))) {
    ++from_wire[text(row, "agent_status")];
  }
  counts from_truth;
  const auto truth = told();
  for (const auto& [status, count] : truth.at("live").at("agents").as_object()) {
    from_truth[std::string(status)] = count.to_number<std::int64_t>();
  }
  EXPECT_EQ(from_truth, from_wire);
}

}  // namespace
}  // namespace wolkvox::simulator::test
