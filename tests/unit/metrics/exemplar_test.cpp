// Exemplars: which ids are fit for one, and which of several a bucket keeps.
#include "metrics/exemplar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wolkvox::metrics {
namespace {

exemplar of_call(std::string conn_id, std::int64_t seconds, std::int64_t date) {
  return {.conn_id = std::move(conn_id),
          .amount = quantity::from_count(seconds),
          .at = std::chrono::sys_seconds{std::chrono::seconds{date}}};
}

std::vector<std::string> ids(const std::vector<exemplar>& of) {
  std::vector<std::string> made;
  for (const auto& each : of) {
    made.push_back(each.conn_id);
  }
  return made;
}

// 128 characters with the label's name (OpenMetrics 1.0, exemplars).
TEST(exemplar, names_a_call_in_128_characters_or_not_at_all) {
  EXPECT_TRUE(is_fit_for_exemplar("ivr.1769882848.17"));
  EXPECT_TRUE(is_fit_for_exemplar(std::string(121, 'x')));
  EXPECT_FALSE(is_fit_for_exemplar(std::string(122, 'x')));
  std::string wide;
  for (int i = 0; i < 121; ++i) {
    wide += "\xC3\xB1";
  }
  EXPECT_TRUE(is_fit_for_exemplar(wide)) << "characters, not bytes";
  EXPECT_FALSE(is_fit_for_exemplar(wide + "n"));
  EXPECT_FALSE(is_fit_for_exemplar(""));
  EXPECT_FALSE(is_fit_for_exemplar("ivr.\xC3.17")) << "not UTF-8";
}

TEST(exemplar, is_the_latest_call_of_its_bucket) {
  const std::vector<double> bounds{5, 10};
  std::vector<exemplar> kept;
  keep_latest(kept, bounds, of_call("above", 11, 100));
  keep_latest(kept, bounds, of_call("at the bound", 5, 100));
  EXPECT_THAT(ids(kept), testing::ElementsAre("at the bound", "above"));
  keep_latest(kept, bounds, of_call("between", 6, 90));
  EXPECT_THAT(ids(kept), testing::ElementsAre("at the bound", "between", "above"));
  keep_latest(kept, bounds, of_call("older", 0, 99));
  keep_latest(kept, bounds, of_call("as old", 1, 100));
  EXPECT_THAT(ids(kept), testing::ElementsAre("at the bound", "between", "above"));
  keep_latest(kept, bounds, of_call("newer", 1, 101));
  keep_latest(kept, bounds, of_call("newer above", 9999, 101));
  EXPECT_THAT(ids(kept), testing::ElementsAre("newer", "between", "newer above"));
}

}  // namespace
}  // namespace wolkvox::metrics
