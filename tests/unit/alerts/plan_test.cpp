// The plans that score.py writes: what is read, and that a file that does not fit is told with its
// name.
#include "tests/alerts/score/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace wolkvox::alerts::test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view document = R"({
  "operation": "large", "seed": 7, "timezone": "America/Bogota", "start": "2026-08-03", "days": 49,
  "agents": 130, "calls_per_day": [2000, 5.5],
  "restarts": [{"from": 600, "for": 120}],
  "play": {"name": "weeks", "phases": [
    {"what": "staff", "from": "3600s", "for": "900s", "factor": 0.1}]}})";

std::expected<plan, std::string> read(std::string_view text) {
  const auto path = testing::TempDir() + "plan_test.json";
  std::ofstream(path) << text;
  return read_plan(path);
}

std::string without(std::string_view key) {
  std::string text(document);
  return text.replace(text.find(key), key.size(), "other");
}

TEST(plan, is_read_as_score_py_writes_it) {
  const auto found = read(document);
  ASSERT_TRUE(found.has_value()) << found.error();
  EXPECT_EQ(found->operation, "large");
  EXPECT_EQ(found->seed, 7U);
  EXPECT_EQ(found->timezone, "America/Bogota");
  EXPECT_EQ(found->start, "2026-08-03");
  EXPECT_EQ(found->days, 49U);
  EXPECT_EQ(found->agents, 130U);
  EXPECT_THAT(found->calls_per_day, ElementsAre(2000.0, 5.5));
  ASSERT_EQ(found->restarts.size(), 1U);
  EXPECT_EQ(found->restarts[0].from, seconds{600});
  EXPECT_EQ(found->restarts[0].length, seconds{120});
  ASSERT_EQ(found->play.phases.size(), 1U);
  EXPECT_EQ(found->play.phases[0].subject, simulator::phase_subject::staff);
  EXPECT_EQ(found->play.phases[0].from, seconds{3600});
}

TEST(plan, that_does_not_fit_is_told_with_its_file) {
  for (const auto& text : {std::string("{"), without("calls_per_day"), without("restarts"),
                           without("play"), without("staff")}) {
    const auto found = read(text);
    ASSERT_FALSE(found.has_value()) << text;
    EXPECT_THAT(found.error(), HasSubstr("plan_test.json"));
  }
}

TEST(plan, that_is_not_there_is_told) {
  const auto found = read_plan(testing::TempDir() + "no such plan");
  ASSERT_FALSE(found.has_value());
  EXPECT_THAT(found.error(), HasSubstr("no such plan"));
}

}  // namespace
}  // namespace wolkvox::alerts::test
