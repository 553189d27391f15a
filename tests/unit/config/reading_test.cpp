// What single keys read as, the two examples, files that cannot be read, and places of messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "reading.hpp"

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(operation_reader, reads_every_key_of_an_operation) {
  const auto acme = first_operation(R"(
operations:
  - name: Acme Bogotá
    base_url: http://127.0.0.1:8080/api/v2
    token_env: ACME_TOKEN
    licences: 25
    budget: {reserve: 12.5%}
    proxy_url: http://proxy:3128
    proxy_username: wolkvox
    proxy_password_file: /run/secrets/proxy
    tls: {ca_file: /etc/ssl/acme.pem}
    currency: COP
)");
  EXPECT_EQ(acme.name, "Acme Bogotá");
  EXPECT_EQ(acme.base,
            (endpoint{.tls = false, .host = "127.0.0.1", .port = 8080, .path = "/api/v2/"}));
  EXPECT_EQ(acme.server_number, "");
  EXPECT_EQ(acme.token, (token_source{.file = {}, .environment = "ACME_TOKEN"}));
  EXPECT_EQ(acme.licences, 25U);
  EXPECT_DOUBLE_EQ(acme.reserve_ratio, 0.125);
  EXPECT_EQ(acme.proxy, (endpoint{.tls = false, .host = "proxy", .port = 3128, .path = "/"}));
  EXPECT_EQ(acme.proxy_username, "wolkvox");
  EXPECT_EQ(acme.proxy_password_file, "/run/secrets/proxy");
  EXPECT_EQ(acme.ca_file, "/etc/ssl/acme.pem");
  EXPECT_EQ(acme.currency, "COP");
}

TEST(operation_reader, reads_a_bare_number_as_the_text_it_is) {
  for (const std::string_view written : {"0042", "\"0042\"", "'0042'", "wv0042"}) {
    const auto acme = first_operation(
        "operations: [{name: 007, token_env: T, server: " + std::string(written) + "}]");
    EXPECT_EQ(acme.server_number, "0042") << written;
    EXPECT_EQ(acme.name, "007");
  }
}

TEST(operation_reader, starts_relative_paths_at_the_folder_of_the_file) {
  constexpr std::string_view yaml =
      "operations: [{name: a, server: 0042, token_file: a.token, tls: {ca_file: ../a.pem}}]";
  EXPECT_EQ(first_operation(yaml, "/etc/wolkvox/w.yml").token.file, "/etc/wolkvox/a.token");
  EXPECT_EQ(first_operation(yaml, "/etc/wolkvox/w.yml").ca_file, "/etc/wolkvox/../a.pem");
  EXPECT_EQ(first_operation(yaml, "w.yml").token.file, "a.token");
}

TEST(operation_reader, takes_aliases) {
  const auto result = accepted(
      "operations:\n"
      "  - {name: a, server: 0001, token_env: T, collectors: &mine {cdr: {enabled: false}}}\n"
      "  - {name: b, server: 0002, token_env: T, collectors: *mine}\n");
  EXPECT_FALSE(result.value.operations.at(1).collectors.at("cdr").enabled);
}

TEST(operation_reader, keeps_labels_that_a_collector_does_not_carry_out_of_the_choice) {
  const auto with = [](std::string_view collectors) {
    return first_operation(with_operation("    collectors: " + std::string(collectors) + "\n"))
        .collectors;
  };
  EXPECT_EQ(with("{abandoned_calls: {labels: [skill]}}"), with("{}"));
  EXPECT_EQ(with("{agents: {labels: [agent]}}"), with("{}"));
  EXPECT_EQ(with("{hold_mute: {labels: []}}").at("hold_mute").labels,
            (label_choice{.agent = false}));
  EXPECT_EQ(with("{calls: {labels: []}}").at("calls").labels,
            (label_choice{.agent = false, .skill = false, .campaign = false}));
}

// Contract section 2, the YAML there without the one key that excludes another.
TEST(operation_reader, takes_sizes_up_to_their_bounds) {
  std::string bounds = "1";
  for (int i = 2; i <= 200; ++i) {
    bounds += ", " + std::to_string(i);
  }
  const auto read = first_operation(
      "operations:\n- name: " + std::string(128, 'a') +
      "\n  server: 0042\n  token_env: T\n  collectors: {calls: {lookback: 31d, buckets: [" +
      bounds + "]}}\n");
  EXPECT_EQ(read.name.size(), 128U);
  EXPECT_EQ(read.collectors.at("calls").lookback, std::chrono::days{31});
  EXPECT_EQ(read.collectors.at("calls").buckets.size(), 200U);
}

TEST(load, accepts_the_configuration_of_the_contract) {
  const auto result = accepted(R"(
defaults:
  timeout: 60s
  max_concurrent_requests: 1
  timezone: America/Bogota
  agent_names: show
  series_limit: 200000
  stale_after: 3
  retire_after: 90d
  collectors:
    agents:          {interval: 1m}
    skills:          {interval: 1m, service_level_threshold: 20s}
    campaigns:       {interval: 1m}
    abandoned_calls: {interval: 5m, lookback: 1h}
    hold_mute:       {interval: 5m}
    calls:           {interval: 5m, lookback: 2h}
    cdr:             {interval: 10m, lookback: 2h}
    quota:           {interval: 15m}
    names:           {interval: 1h}
operations:
  - name: acme
    server: "0042"
    token_file: /run/secrets/acme
    licences: 25
    budget: {reserve: 10%}
    proxy_url: http://proxy:3128
    tls: {ca_file: /etc/ssl/acme.pem}
    currency: COP
    collectors:
      cdr: {enabled: false}
      calls: {labels: [skill, campaign]}
)");
  auto expected = first_operation(with_operation(""));
  expected.licences = 25;
  expected.proxy = endpoint{.tls = false, .host = "proxy", .port = 3128, .path = "/"};
  expected.ca_file = "/etc/ssl/acme.pem";
  expected.currency = "COP";
  expected.collectors.at("cdr").enabled = false;
  expected.collectors.at("calls").labels.agent = false;
  EXPECT_EQ(result.value.operations, std::vector{expected});
  EXPECT_THAT(result.warnings, testing::IsEmpty());
}

TEST(load, tells_all_mistakes_of_a_file_in_its_order) {
  EXPECT_THAT(messages("defaults: {timeout: 1}\noperations:\n  - {server: 1, color: red}\n"),
              ElementsAre(HasSubstr("t.yml:1:21: defaults.timeout: "),
                          HasSubstr("t.yml:3:5: operations[0]: needs the key 'name'"),
                          HasSubstr("t.yml:3:5: operations[0]: needs the key 'token_file' or"),
                          HasSubstr("t.yml:3:14: operations[0].server: "),
                          HasSubstr("t.yml:3:17: operations[0].color: ")));
}

TEST(load, never_quotes_values_where_a_secret_may_stand) {
  for (const std::string_view key : {"name", "server", "base_url", "token_file", "token_env",
                                     "token", "password", "proxy_url", "wolkvox-token"}) {
    for (const std::string_view value :
         {"\"hunter2\\n\"", "[hunter2]", "{hunter2: hunter2}", "!x hunter2", "*hunter2",
          "\"hunter2 \\q", "hunter2: hunter2"}) {
      const auto yaml = "operations:\n  - " + std::string(key) + ": " + std::string(value) + "\n";
      EXPECT_THAT(messages(yaml), testing::Each(testing::Not(HasSubstr("hunter2")))) << yaml;
    }
  }
}

TEST(load_file, reads_the_example) {
  const auto result = load_file(example_path);
  ASSERT_TRUE(result) << testing::PrintToString(to_lines(result.error()));
  EXPECT_THAT(to_lines(result->warnings), testing::IsEmpty());
  EXPECT_EQ(result->value.operations.size(), 3U);
}

TEST(load_file, tells_a_file_that_cannot_be_read) {
  const auto missing = load_file("/nonexistent/wolkvox.yml");
  ASSERT_FALSE(missing);
  EXPECT_THAT(to_lines(missing.error()),
              ElementsAre("/nonexistent/wolkvox.yml: cannot be read: No such file or directory"));
  const auto directory = load_file("/");
  ASSERT_FALSE(directory);
  EXPECT_THAT(to_lines(directory.error()),
              ElementsAre("/: cannot be read: it is a directory, not a file"));
}

TEST(load_file, tells_a_read_that_breaks_off) {
  const auto broken = load_file("/proc/self/mem");  // opens, but its first page is not there
  ASSERT_FALSE(broken);
  EXPECT_THAT(to_lines(broken.error()), ElementsAre("/proc/self/mem: cannot be read to its end"));
}

TEST(load_file, does_not_read_an_endless_file) {
  const auto endless = load_file("/dev/zero");
  ASSERT_FALSE(endless);
  EXPECT_THAT(to_lines(endless.error()),
              ElementsAre("/dev/zero: cannot be read: it is a device, not a file"));
}

TEST(prometheus_example, is_accepted_by_promtool) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): one thread
  EXPECT_EQ(std::system("promtool check config " WOLKVOX_SOURCE_DIR
                        "/config/prometheus.example.yml >/dev/null"),
            0);
}

TEST(problem, is_written_as_far_as_it_has_a_place) {
  EXPECT_EQ(to_string({"w.yml", 12, 5, "operations[0].x", "unknown key"}),
            "w.yml:12:5: operations[0].x: unknown key");
  EXPECT_EQ(to_string({"w.yml", 12, 5, "", "not YAML"}), "w.yml:12:5: not YAML");
  EXPECT_EQ(to_string({"w.yml", 0, 0, "", "cannot be read"}), "w.yml: cannot be read");
}

}  // namespace
}  // namespace wolkvox::config
