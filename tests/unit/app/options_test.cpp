// The command line: what is accepted, what is told.
#include "exporter/app/options.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace wolkvox::app {
namespace {

using arguments = std::vector<std::string>;

options parsed(const arguments& given) {
  const auto result = parse_options(given);
  EXPECT_TRUE(result.has_value()) << result.error();
  return result.value_or(options{});
}

std::string refused(const arguments& given) {
  const auto result = parse_options(given);
  EXPECT_FALSE(result.has_value());
  return result ? std::string{} : result.error();
}

TEST(options, have_the_contracts_defaults) {
  const options chosen = parsed({});
  EXPECT_EQ(chosen.what, command::serve);
  EXPECT_EQ(chosen.config_file, "wolkvox.yml");
  EXPECT_EQ(chosen.storage_path, "data");
  EXPECT_EQ(chosen.listen_addresses, arguments{":10042"});
  EXPECT_EQ(chosen.telemetry_path, "/metrics");
  EXPECT_EQ(chosen.max_requests, 40U);
  EXPECT_EQ(chosen.max_connections, 512U);
  EXPECT_EQ(chosen.read_timeout, std::chrono::seconds{10});
  EXPECT_FALSE(chosen.systemd_socket);
  EXPECT_FALSE(chosen.enable_lifecycle);
  EXPECT_FALSE(chosen.disable_exporter_metrics);
  EXPECT_FALSE(chosen.enable_created_samples);
}

TEST(options, take_values_in_both_spellings_and_repeat_addresses) {
  const options chosen =
      parsed({"--config.file=a.yml", "--storage.path", "b", "--web.listen-address=:1",
              "--web.listen-address", "[::1]:2", "--web.max-requests=7", "--web.enable-lifecycle",
              "--web.max-connections=8", "--web.read-timeout=1m30s", "--web.systemd-socket",
              "--web.enable-created-samples", "--log.level=debug", "--log.format", "json"});
  EXPECT_EQ(chosen.config_file, "a.yml");
  EXPECT_EQ(chosen.storage_path, "b");
  EXPECT_EQ(chosen.listen_addresses, (arguments{":1", "[::1]:2"}));
  EXPECT_EQ(chosen.max_requests, 7U);
  EXPECT_EQ(chosen.max_connections, 8U);
  EXPECT_EQ(chosen.read_timeout, std::chrono::seconds{90});
  EXPECT_TRUE(chosen.systemd_socket);
  EXPECT_TRUE(chosen.enable_lifecycle);
  EXPECT_TRUE(chosen.enable_created_samples);
  EXPECT_EQ(chosen.level, logging::log_level::debug);
  EXPECT_EQ(chosen.format, logging::log_format::json);
}

TEST(options, flags_may_stand_before_and_after_a_command) {
  EXPECT_EQ(parsed({"check-config", "x.yml"}).what, command::check_config);
  EXPECT_EQ(parsed({"check-config", "x.yml"}).config_file, "x.yml");
  const options chosen = parsed({"--storage.path=s", "once", "--config.file=c.yml"});
  EXPECT_EQ(chosen.what, command::once);
  EXPECT_EQ(chosen.storage_path, "s");
  EXPECT_EQ(chosen.config_file, "c.yml");
}

TEST(options, check_config_takes_a_configuration_a_web_configuration_or_both) {
  EXPECT_EQ(parsed({}).web_config_file, "");
  EXPECT_EQ(parsed({"--web.config.file=w.yml"}).web_config_file, "w.yml");
  const options web = parsed({"check-config", "--web", "w.yml"});
  EXPECT_EQ(web.what, command::check_config);
  EXPECT_EQ(web.config_file, "") << "wolkvox.yml is not what was asked for";
  EXPECT_EQ(web.web_config_file, "w.yml");
  const options both = parsed({"check-config", "x.yml", "--web=w.yml"});
  EXPECT_EQ(both.config_file, "x.yml");
  EXPECT_EQ(both.web_config_file, "w.yml");
  EXPECT_FALSE(both.syntax_only);
  EXPECT_TRUE(parsed({"check-config", "x.yml", "--syntax-only"}).syntax_only);
}

TEST(options, help_and_version_win_over_everything_else) {
  EXPECT_EQ(parsed({"--help"}).what, command::help);
  EXPECT_EQ(parsed({"once", "--help"}).what, command::help);
  EXPECT_EQ(parsed({"--version"}).what, command::version);
}

TEST(options, name_what_is_wrong_and_what_was_meant) {
  struct {
    arguments given;
    std::string expected;
  } const cases[] = {
      {{"--confg.file=x"}, "unknown flag '--confg.file'; did you mean '--config.file'?"},
      {{"--web.listen-adress", ":1"}, "did you mean '--web.listen-address'?"},
      {{"--qqq"}, "unknown flag '--qqq'"},
      {{"--log.level=loud"}, "--log.level"},
      {{"--web.max-requests=0"}, "--web.max-requests"},
      {{"--web.max-requests=many"}, "--web.max-requests"},
      {{"--web.max-connections=0"}, "--web.max-connections"},
      {{"--web.read-timeout=0"}, "--web.read-timeout: expected a duration"},
      {{"--web.read-timeout=soon"}, "--web.read-timeout: expected a duration"},
      {{"--web.telemetry-path=metrics"}, "does not begin with '/'"},
      {{"--web.telemetry-path=/-/healthy"}, "'/-/healthy' is another page's"},
      {{"--web.telemetry-path=/status.json"}, "is another page's"},
      {{"--web.listen-address=foo"}, "--web.listen-address: "},
      {{"--web.listen-address=:99999"}, "--web.listen-address: "},
      {{"--web.listen-address", ":1", "healthchek"}, "healthchek"},
      {{"check-config"}, "FILE"},
      {{"serve-me"}, "serve-me"},
      {{"--config.file"}, "--config.file"},
  };
  for (const auto& each : cases) {
    const std::string told = refused(each.given);
    EXPECT_NE(told.find(each.expected), std::string::npos) << told;
    EXPECT_NE(told.find("--help"), std::string::npos) << told;
  }
}

// Contract, section 1; the value is what --help shows for it.
TEST(options, help_names_every_flag_and_command) {
  const std::string text = help_text();
  for (const std::string_view flag :
       {"--config.file=wolkvox.yml", "--storage.path=data", "--web.listen-address=:10042",
        "--web.config.file=web.yml", "--web.systemd-socket", "--web.telemetry-path=/metrics",
        "--web.max-requests=40", "--web.max-connections=512", "--web.read-timeout=10s",
        "--web.enable-lifecycle", "--web.disable-exporter-metrics", "--web.enable-created-samples",
        "--log.level=info", "--log.format=logfmt", "--help", "--version"}) {
    EXPECT_TRUE(text.contains(fmt::format("\n  {} ", flag))) << flag;
    EXPECT_TRUE(parse_options(arguments{std::string{flag}})) << flag << ": refused";
  }
  for (const std::string_view command : {"check-config FILE", "once", "healthcheck", "metrics"}) {
    EXPECT_TRUE(text.contains(fmt::format("\n  {} ", command))) << command;
  }
}

}  // namespace
}  // namespace wolkvox::app
