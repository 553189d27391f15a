// What a value is when it is built in, said in `defaults`, said in the operation, or all of them.
#include <gtest/gtest.h>

#include <chrono>

#include "reading.hpp"

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;

collector_settings polled_every(std::chrono::milliseconds interval,
                                std::chrono::milliseconds lookback = {}) {
  collector_settings settings;
  settings.interval = interval;
  settings.lookback = lookback;
  return settings;
}

TEST(merging, of_nothing_gives_the_built_in_values) {
  const auto acme = first_operation(with_operation(""));
  operation expected;
  expected.name = "acme";
  expected.base = {.tls = true, .host = "wv0042.wolkvox.com", .port = 443, .path = "/api/v2/"};
  expected.server_number = "0042";
  expected.token.file = "/run/secrets/acme";
  expected.collectors = {
      {"agents", polled_every(1min)},    {"skills", polled_every(1min)},
      {"campaigns", polled_every(1min)}, {"abandoned_calls", polled_every(5min, 1h)},
      {"hold_mute", polled_every(5min)}, {"calls", polled_every(5min, 2h)},
      {"cdr", polled_every(10min, 2h)},  {"quota", polled_every(15min)},
      {"names", polled_every(1h)},
  };
  expected.collectors.at("skills").service_level_threshold = 20s;
  expected.collectors.at("calls").codes_settle = 30min;
  EXPECT_EQ(acme, expected);
}

TEST(merging, lets_defaults_win_over_what_is_built_in) {
  const auto acme = first_operation(with_operation("",
                                                   "defaults:\n"
                                                   "  timeout: 30s\n"
                                                   "  max_concurrent_requests: 2\n"
                                                   "  timezone: Europe/Madrid\n"
                                                   "  agent_names: hash\n"
                                                   "  series_limit: 5000\n"
                                                   "  stale_after: 7\n"
                                                   "  retire_after: 0\n"
                                                   "  collectors:\n"
                                                   "    calls: {interval: 2m, labels: [skill]}\n"
                                                   "    cdr: {enabled: false}\n"));
  EXPECT_EQ(acme.timeout, 30s);
  EXPECT_EQ(acme.max_concurrent_requests, 2U);
  EXPECT_EQ(acme.timezone, "Europe/Madrid");
  EXPECT_EQ(acme.names, agent_names::hash);
  EXPECT_EQ(acme.series_limit, 5000U);
  EXPECT_EQ(acme.stale_after, 7U);
  EXPECT_EQ(acme.retire_after, 0s);
  const auto& calls = acme.collectors.at("calls");
  EXPECT_EQ(calls.interval, 2min);
  EXPECT_EQ(calls.lookback, 2h);
  EXPECT_EQ(calls.labels, (label_choice{.agent = false, .skill = true, .campaign = false}));
  EXPECT_FALSE(acme.collectors.at("cdr").enabled);
  EXPECT_TRUE(acme.collectors.at("agents").enabled);
}

constexpr std::string_view two_operations = R"(
operations:
  - name: own
    server: 0001
    token_env: OWN_TOKEN
    timeout: 10s
    agent_names: hide
    people: team
    collectors:
      calls: {lookback: 3h}
      cdr: {enabled: true}
      skills: {service_level_threshold: 30s}
  - name: plain
    server: 0002
    token_env: PLAIN_TOKEN
defaults:   # after the operations: the order in the file does not matter
  timeout: 30s
  agent_names: hash
  collectors:
    calls: {interval: 2m, lookback: 1h, labels: [skill], buckets: [1, 2.5]}
    cdr: {enabled: false}
)";

TEST(merging, lets_the_operation_win_over_defaults_key_by_key) {
  const auto own = accepted(two_operations).value.operations.at(0);
  EXPECT_EQ(own.timeout, 10s);
  EXPECT_EQ(own.names, agent_names::hide);
  EXPECT_EQ(own.who, people::team);
  auto calls = polled_every(2min, 3h);
  calls.codes_settle = 30min;
  calls.labels = {.agent = false, .skill = true, .campaign = false};
  calls.buckets = {1, 2.5};
  EXPECT_EQ(own.collectors.at("calls"), calls);
  EXPECT_TRUE(own.collectors.at("cdr").enabled);
  EXPECT_EQ(own.collectors.at("skills").service_level_threshold, 30s);
}

TEST(merging, does_not_carry_one_operation_into_the_next) {
  const auto plain = accepted(two_operations).value.operations.at(1);
  EXPECT_EQ(plain.timeout, 30s);
  EXPECT_EQ(plain.names, agent_names::hash);
  EXPECT_EQ(plain.collectors.at("calls").lookback, 1h);
  EXPECT_FALSE(plain.collectors.at("cdr").enabled);
  EXPECT_EQ(plain.collectors.at("skills").service_level_threshold, 20s);
}

TEST(merging, replaces_lists_whole) {
  const auto acme = first_operation(with_operation(
      "    collectors: {calls: {labels: [campaign], buckets: [7]}}\n",
      "defaults: {collectors: {calls: {labels: [skill, agent], buckets: [1, 2]}}}\n"));
  EXPECT_EQ(acme.collectors.at("calls").labels,
            (label_choice{.agent = false, .skill = false, .campaign = true}));
  EXPECT_EQ(acme.collectors.at("calls").buckets, (std::vector<double>{7}));
}

TEST(merging, takes_an_empty_section_for_nothing_said) {
  EXPECT_EQ(first_operation(with_operation(
                "    budget:\n    tls: {}\n    collectors:\n      calls:\n", "defaults:\n")),
            first_operation(with_operation("")));
}

}  // namespace
}  // namespace wolkvox::config
