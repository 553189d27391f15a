#include "exporter/app/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <iterator>
#include <map>

#include "config/duration.hpp"
#include "config/nearest.hpp"
#include "exporter/web/listen_address.hpp"

namespace wolkvox::app {

using logging::log_level;

namespace {

constexpr std::array flags{
    flag{"--config.file", "wolkvox.yml", "wolkvox.yml", "Operations and collectors, YAML."},
    flag{"--storage.path", "data", "data",
         "Directory of the ledger. Created if missing; one process at a time."},
    flag{
        "--web.listen-address", ":10042", ":10042",
        "Where to serve: host:port, [v6]:port or unix:/path. Repeatable; port 0 picks a free one."},
    flag{"--web.config.file", "web.yml", "",
         "TLS, passwords, header fields and rate limit, in the format of Prometheus' exporters."},
    flag{"--web.systemd-socket", "", "off",
         "Serve on the sockets that systemd passes (a .socket unit), not on addresses."},
    flag{"--web.telemetry-path", "/metrics", "/metrics", "Path of the metrics."},
    flag{"--web.max-requests", "40", "40", "Scrapes answered at once; more get 503."},
    flag{"--web.max-connections", "512", "512",
         "Connections at once; one more ends the one that has been idle longest."},
    flag{"--web.read-timeout", "10s", "10s", "How long a request may take to arrive."},
    flag{"--web.enable-lifecycle", "", "off", "Allow POST /-/reload and POST /-/quit."},
    flag{"--web.disable-exporter-metrics", "", "off",
         "Leave process_* and the web server's own families out."},
    flag{"--web.enable-created-samples", "", "off",
         "Add _created samples to OpenMetrics: when each counter and histogram began."},
    flag{"--log.level", "info", "info", "One of debug, info, warn, error."},
    flag{"--log.format", "logfmt", "logfmt", "One of logfmt, json."},
    flag{"--help", "", "", "Show this text."},
    flag{"--version", "", "", "Show version and build."},
};

constexpr std::array commands{
    command_word{command::check_config, "check-config", "FILE",
                 "Check a configuration file and say what is wrong with it; --web FILE: a web "
                 "configuration; --syntax-only: not the tokens and certificates that they name."},
    command_word{command::once, "once", "",
                 "Run every collector once and print the exposition on standard output."},
    command_word{command::healthcheck, "healthcheck", "",
                 "Ask a running exporter whether it works (for containers)."},
    command_word{command::metrics, "metrics", "", "Print the reference of all metrics."},
};

// Everything that CLI11 fills in before it becomes options.
struct raw_options {
  options value;
  std::string level = "info";
  std::string format = "logfmt";
  std::string read_timeout = "10s";
  std::string file;
  bool help = false;
  bool version = false;
};

void declare_flags(CLI::App& app, raw_options& raw) {
  app.add_option("--config.file", raw.value.config_file);
  app.add_option("--storage.path", raw.value.storage_path);
  app.add_option("--web.listen-address", raw.value.listen_addresses)
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  app.add_option("--web.config.file", raw.value.web_config_file);
  app.add_option("--web.telemetry-path", raw.value.telemetry_path);
  app.add_option("--web.max-requests", raw.value.max_requests)->check(CLI::Range(1U, 100'000U));
  app.add_option("--web.max-connections", raw.value.max_connections)
      ->check(CLI::Range(1U, 100'000U));
  app.add_option("--web.read-timeout", raw.read_timeout);
  app.add_flag("--web.systemd-socket", raw.value.systemd_socket);
  app.add_flag("--web.enable-lifecycle", raw.value.enable_lifecycle);
  app.add_flag("--web.disable-exporter-metrics", raw.value.disable_exporter_metrics);
  app.add_flag("--web.enable-created-samples", raw.value.enable_created_samples);
  app.add_option("--log.level", raw.level)
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}));
  app.add_option("--log.format", raw.format)->check(CLI::IsMember({"logfmt", "json"}));
  app.set_help_flag();
  app.add_flag("-h,--help", raw.help);
  app.add_flag("--version", raw.version);
}

// The first argument that looks like a flag and is none, with the flag it may have meant.
std::string unknown_argument(std::span<const std::string> arguments) {
  std::vector<std::string_view> names;
  std::ranges::transform(flags, std::back_inserter(names), &flag::name);
  for (const std::string& argument : arguments) {
    const std::string_view name = std::string_view{argument}.substr(0, argument.find('='));
    if (!name.starts_with("--") || std::ranges::find(names, name) != names.end()) {
      continue;
    }
    const auto nearest = config::nearest(name, names);
    return fmt::format("unknown flag '{}'{}", name,
                       nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string{});
  }
  return {};
}

// What no single value shows; empty where all is well.
std::string contradiction(const options& chosen) {
  if (chosen.what == command::check_config && chosen.config_file.empty() &&
      chosen.web_config_file.empty()) {
    return "check-config: FILE or --web FILE is required";
  }
  if (!chosen.telemetry_path.starts_with('/')) {
    return fmt::format("--web.telemetry-path: '{}' does not begin with '/'", chosen.telemetry_path);
  }
  const auto is_unfit = [](char c) {
    return c <= ' ' || c > '~' || c == '?' || c == '#' || c == '%';
  };
  if (std::ranges::any_of(chosen.telemetry_path, is_unfit)) {
    return fmt::format(
        "--web.telemetry-path: '{}' is more than a path: it has a '?', '#', '%', a blank or "
        "another character that no path holds as it is",
        chosen.telemetry_path);
  }
  if (chosen.telemetry_path.starts_with("/-/") || chosen.telemetry_path == "/status.json") {
    return fmt::format("--web.telemetry-path: '{}' is another page's", chosen.telemetry_path);
  }
  for (const std::string& address : chosen.listen_addresses) {
    if (const auto parsed = web::parse_listen_address(address); !parsed) {
      return fmt::format("--web.listen-address: {}", parsed.error());
    }
  }
  if (chosen.read_timeout <= std::chrono::milliseconds{0}) {
    return "--web.read-timeout: expected a duration above 0, such as 10s";
  }
  return {};
}

void finish(raw_options& raw) {
  static const std::map<std::string, log_level, std::less<>> levels{{"debug", log_level::debug},
                                                                    {"info", log_level::info},
                                                                    {"warn", log_level::warn},
                                                                    {"error", log_level::error}};
  raw.value.level = levels.at(raw.level);
  raw.value.format = raw.format == "json" ? logging::log_format::json : logging::log_format::logfmt;
  raw.value.read_timeout =
      config::parse_duration(raw.read_timeout).value_or(std::chrono::milliseconds{0});
  if (raw.version) {
    raw.value.what = command::version;
  }
  if (raw.help) {
    raw.value.what = command::help;
  }
}

}  // namespace

std::span<const flag> all_flags() {
  return flags;
}

std::span<const command_word> all_commands() {
  return commands;
}

std::string help_text() {
  std::string text =
      "usage: wolkvox_exporter [flags] [command]\n\n"
      "Prometheus exporter for wolkvox contact centres. Without a command it serves.\n\nFlags:\n";
  for (const flag& each : flags) {
    const std::string spelling = each.metavar.empty()
                                     ? std::string{each.name}
                                     : fmt::format("{}={}", each.name, each.metavar);
    fmt::format_to(std::back_inserter(text), "  {:<36} {}\n", spelling, each.help);
  }
  text += "\nCommands:\n";
  for (const command_word& each : commands) {
    const std::string spelling = each.argument.empty()
                                     ? std::string{each.word}
                                     : fmt::format("{} {}", each.word, each.argument);
    fmt::format_to(std::back_inserter(text), "  {:<36} {}\n", spelling, each.help);
  }
  text += "\nExit status: 0 done, 1 failed while running, 2 bad flags or bad configuration.\n";
  return text;
}

std::expected<options, std::string> parse_options(std::span<const std::string> arguments) {
  raw_options raw;
  CLI::App app;
  declare_flags(app, raw);
  app.fallthrough();
  app.require_subcommand(0, 1);
  for (const command_word& each : commands) {
    CLI::App* const sub = app.add_subcommand(std::string{each.word});
    sub->set_help_flag();
    sub->fallthrough();
    if (!each.argument.empty()) {
      sub->add_option(std::string{each.argument}, raw.file);
      sub->add_option("--web", raw.value.web_config_file);
      sub->add_flag("--syntax-only", raw.value.syntax_only);
    }
  }
  try {
    // CLI11 takes the arguments from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& problem) {
    if (raw.help) {
      finish(raw);
      return raw.value;
    }
    const std::string unknown = unknown_argument(arguments);
    return std::unexpected(fmt::format("{}\nSee wolkvox_exporter --help.",
                                       unknown.empty() ? problem.what() : unknown));
  }
  for (const command_word& each : commands) {
    if (app.got_subcommand(std::string{each.word})) {
      raw.value.what = each.what;
    }
  }
  if (raw.value.what == command::check_config) {
    raw.value.config_file = raw.file;
  }
  finish(raw);
  if (const std::string problem = contradiction(raw.value); !problem.empty()) {
    return std::unexpected(fmt::format("{}\nSee wolkvox_exporter --help.", problem));
  }
  return raw.value;
}

}  // namespace wolkvox::app
