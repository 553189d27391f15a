// Ledger reports over several answers, counted by the ledger itself: overlapping windows, late and
// revised rows, legs of a transfer, totals that grow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "metrics/families.hpp"
#include "tests/unit/collectors/sample_poll.hpp"
#include "tests/unit/ledger/memory_ledger.hpp"

namespace wolkvox::collectors {
namespace {

using metrics::family_id;

// Polls one collector and keeps what its families add up to over all series.
class counted_report {
 public:
  explicit counted_report(std::string collector) : collector_(std::move(collector)) {}

  metrics::settled answer(std::string_view rows) {
    auto result = poll.read_rows(collector_, rows);
    const auto settled = ledger_->settle({.operation = "acme",
                                          .collector = collector_,
                                          .series = std::move(result.series),
                                          .contributions = std::move(result.contributions),
                                          .rows = std::move(result.counted),
                                          .covered = {},
                                          .read = {},
                                          .late_before = {},
                                          .now = {},
                                          .seen = {}});
    EXPECT_TRUE(settled.has_value()) << settled.error().detail;
    return settled.value_or(metrics::settled{});
  }

  double total(family_id family) const {
    double sum = 0;
    for (const auto& series : ledger_->load("acme")->collectors[collector_].series) {
      sum += series.key.family == family ? series.total.value() : 0;
    }
    return sum;
  }

  sample_poll poll;

 private:
  std::string collector_;
  std::unique_ptr<metrics::ledger> ledger_ = metrics::make_memory_ledger();
};

TEST(overlapping_windows, count_a_call_once_and_a_late_one_too) {
  counted_report calls{"calls"};
  calls.answer(
      R"({"conn_id":"1","agent_id":"5","duration":"10"},{"conn_id":"2","agent_id":"5","duration":"20"})");
  const auto again = calls.answer(R"({"conn_id":"2","agent_id":"5","duration":"20"},
                                     {"conn_id":"3","agent_id":"5","duration":"30","date":"2026-11-21 10:00:00"})");
  EXPECT_EQ(again.rows, 1U);
  EXPECT_EQ(again.duplicate, 1U);
  EXPECT_EQ(calls.total(family_id::calls_total), 3);
  EXPECT_EQ(calls.total(family_id::call_duration_seconds), 60);
}

TEST(overlapping_windows, count_both_legs_of_a_transfer) {
  counted_report calls{"calls"};
  const auto settled =
      calls.answer(R"({"conn_id":"1","agent_id":"5"},{"conn_id":"1","agent_id":"6"},
                                       {"conn_id":"1","agent_id":"5"})");
  EXPECT_EQ(settled.rows, 2U);
  EXPECT_EQ(settled.duplicate, 1U);
  EXPECT_EQ(calls.total(family_id::calls_total), 2);
}

TEST(overlapping_windows, tell_a_revised_call_and_do_not_count_it_again) {
  counted_report calls{"calls"};
  calls.answer(R"({"conn_id":"1","agent_id":"5","duration":"10"})");
  EXPECT_EQ(calls.answer(R"({"conn_id":"1","agent_id":"5","duration":"12"})").revised, 1U);
  EXPECT_EQ(calls.total(family_id::calls_total), 1);
  EXPECT_EQ(calls.total(family_id::call_duration_seconds), 10);
}

TEST(overlapping_windows, count_codes_as_they_stand_once_they_have_settled) {
  counted_report calls{"calls"};
  const std::string_view row =
      R"({"conn_id":"1","agent_id":"5","date":"2026-11-21 11:45:00","cod_act":"WRONG"})";
  calls.answer(row);
  EXPECT_EQ(calls.total(family_id::call_codes_total), 0);
  calls.poll.context.now += std::chrono::minutes{20};
  const auto settled = calls.answer(
      R"({"conn_id":"1","agent_id":"5","date":"2026-11-21 11:45:00","cod_act":"VENTA"})");
  EXPECT_EQ(settled.duplicate, 1U) << "codes are a part of their row";
  calls.answer(row);
  EXPECT_EQ(calls.total(family_id::call_codes_total), 1);
}

TEST(day_totals, count_their_growth_only) {
  counted_report report{"hold_mute"};
  report.answer(
      R"({"agent_name":"Ana","count":"2","hold_time":"00:01:00"},{"agent_name":"Total","count":"2"})");
  report.answer(
      R"({"agent_name":"Ana","count":"5","hold_time":"00:01:30"},{"agent_name":"Eva","count":"1"})");
  EXPECT_EQ(report.total(family_id::agent_hold_mute_uses_total), 6);
  EXPECT_EQ(report.total(family_id::agent_hold_seconds_total), 90);
  EXPECT_EQ(report.answer(R"({"agent_name":"Ana","count":"4","hold_time":"00:01:30"})").revised,
            1U);
  EXPECT_EQ(report.total(family_id::agent_hold_mute_uses_total), 6);
}

TEST(day_totals, begin_anew_with_the_day) {
  counted_report report{"hold_mute"};
  report.answer(R"({"agent_name":"Ana","count":"2"})");
  report.poll.context.window->begin += std::chrono::hours{24};
  report.answer(R"({"agent_name":"Ana","count":"3"})");
  EXPECT_EQ(report.total(family_id::agent_hold_mute_uses_total), 5);
}

TEST(zero_series, and_rows_of_the_same_skill_settle_together) {
  counted_report report{"abandoned_calls"};
  report.poll.names.learn(metrics::named_thing::skill, "77", "Ventas");
  report.answer(
      R"({"conn_id":"1","result":"ABANDON","skill_id":"77","type_interaction":"inbound"})");
  EXPECT_EQ(report.total(family_id::abandoned_calls_total), 1);
}

}  // namespace
}  // namespace wolkvox::collectors
