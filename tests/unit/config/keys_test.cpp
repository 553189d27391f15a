// The tables: complete and free of repetition.
#include "config/keys.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reading.hpp"

namespace wolkvox::config {
namespace {

TEST(keys, have_each_a_name_of_their_own) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < all_keys().size(); ++i) {
    const auto& key = all_keys()[i];
    EXPECT_EQ(static_cast<std::size_t>(key.id), i) << key.name;
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_EQ(find_collector(key.name), nullptr) << key.name;
  }
}

// Contract, section 2.
TEST(keys, left_out_mean_their_defaults) {
  const auto untouched = first_operation(with_operation(""));
  for (const std::string_view line :
       {"timeout: 60s", "max_concurrent_requests: 1", "timezone: America/Bogota",
        "agent_names: show", "people: each", "series_limit: 200000", "stale_after: 3",
        "retire_after: 90d", "budget: {reserve: 10%}", "collectors: {calls: {enabled: true}}",
        "collectors: {abandoned_calls: {exemplars: false}}"}) {
    EXPECT_EQ(first_operation(with_operation(fmt::format("    {}\n", line))), untouched) << line;
  }
}

TEST(keys, of_defaults_may_all_be_repeated_in_an_operation) {
  for (const auto& key : all_keys()) {
    EXPECT_TRUE(!stands_in(key, section::defaults) || stands_in(key, section::operation))
        << key.name;
  }
}

TEST(keys, all_stand_in_the_example) {
  const auto example = slurp(example_path);
  for (const auto& key : all_keys()) {
    EXPECT_NE(example.find(fmt::format("{}: ", key.name)) == std::string::npos &&
                  example.find(fmt::format("{}:\n", key.name)) == std::string::npos,
              true)
        << key.name;
  }
  for (const auto& collector : all_collectors()) {
    EXPECT_NE(example.find(fmt::format("    {}:  ", collector.name)), std::string::npos)
        << collector.name;
  }
}

TEST(example, shows_the_defaults_that_hold) {
  const auto example = slurp(example_path);
  const auto defaults = example.substr(0, example.find("\noperations:"));
  const auto shown = first_operation(with_operation("", defaults + "\n")).collectors;
  auto built_in = first_operation(with_operation("")).collectors;
  // The built-in bounds live with the families; the example repeats them.
  built_in.at("calls").buckets = shown.at("calls").buckets;
  built_in.at("abandoned_calls").buckets = shown.at("abandoned_calls").buckets;
  EXPECT_EQ(shown, built_in);
}

TEST(collectors, take_the_keys_that_they_have_a_use_for) {
  const std::set<std::string> everywhere{"enabled", "interval"};
  const std::map<std::string_view, std::set<std::string>> expected{
      {"agents", {"labels"}},
      {"skills", {"labels", "service_level_threshold"}},
      {"campaigns", {"labels"}},
      {"abandoned_calls", {"labels", "lookback", "buckets", "exemplars"}},
      {"hold_mute", {"labels"}},
      {"calls", {"labels", "lookback", "buckets", "codes_settle"}},
      {"cdr", {"labels", "lookback"}},
      {"quota", {}},
      {"names", {}}};
  ASSERT_EQ(all_collectors().size(), expected.size());
  for (const auto& collector : all_collectors()) {
    auto names = expected.at(collector.name);
    names.insert(everywhere.begin(), everywhere.end());
    std::set<std::string> taken;
    for (const auto& key : all_keys()) {
      if (takes(collector, key.id)) {
        EXPECT_EQ(key.where, section::collector);
        taken.insert(std::string(key.name));
      }
    }
    EXPECT_EQ(taken, names) << collector.name;
  }
}

}  // namespace
}  // namespace wolkvox::config
