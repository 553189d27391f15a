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

// Everything that CLI11 fills in, some of it still as text.
struct raw_options : options {
  std::string level_name = "info";
  std::string format_name = "logfmt";
  std::string read_timeout_text = "10s";
  std::string file;
  bool help = false;
  bool version = false;
};

// A flag: how it is written and explained, and how CLI11 is told of it.
struct flag {
  std::string_view name;
  std::string_view metavar;  // its value when left out, or one like it; "" for a switch
  std::string_view help;
  void (*declare)(CLI::App& app, const std::string& name, raw_options& raw);
};

template <auto Member>
void option(CLI::App& app, const std::string& name, raw_options& raw) {
  app.add_option(name, raw.*Member);
}

template <auto Member>
void number(CLI::App& app, const std::string& name, raw_options& raw) {
  app.add_option(name, raw.*Member)->check(CLI::Range(1U, 100'000U));
}

template <auto Member>
void switched(CLI::App& app, const std::string& name, raw_options& raw) {
  app.add_flag(name, raw.*Member);
}

void addresses(CLI::App& app, const std::string& name, raw_options& raw) {
  app.add_option(name, raw.listen_addresses)->expected(1)->take_all()->allow_extra_args(false);
}

void level(CLI::App& app, const std::string& name, raw_options& raw) {
  app.add_option(name, raw.level_name)->check(CLI::IsMember({"debug", "info", "warn", "error"}));
}

void format(CLI::App& app, const std::string& name, raw_options& raw) {
  app.add_option(name, raw.format_name)->check(CLI::IsMember({"logfmt", "json"}));
}

void help(CLI::App& app, const std::string& name, raw_options& raw) {
  app.set_help_flag();
  app.add_flag("-h," + name, raw.help);
}

constexpr std::array flags{
    flag{"--config.file", "wolkvox.yml", "Operations and collectors, YAML.",
         option<&options::config_file>},
    flag{"--storage.path", "data",
         "Directory of the ledger. Created if missing; one process at a time.",
         option<&options::storage_path>},
    flag{"--web.listen-address", ":10042",
         "Where to serve: host:port, [v6]:port or unix:/path. Repeatable; port 0 picks a free one.",
         addresses},
    flag{"--web.config.file", "web.yml",
         "TLS, passwords, header fields and rate limit, in the format of Prometheus' exporters.",
         option<&options::web_config_file>},
    flag{"--web.systemd-socket", "",
         "Serve on the sockets that systemd passes (a .socket unit), not on addresses.",
         switched<&options::systemd_socket>},
    flag{"--web.telemetry-path", "/metrics", "Path of the metrics.",
         option<&options::telemetry_path>},
    flag{"--web.max-requests", "40", "Scrapes answered at once; more get 503.",
         number<&options::max_requests>},
    flag{"--web.max-connections", "512",
         "Connections at once; one more ends the one that has been idle longest.",
         number<&options::max_connections>},
    flag{"--web.read-timeout", "10s", "How long a request may take to arrive.",
         option<&raw_options::read_timeout_text>},
    flag{"--web.enable-lifecycle", "", "Allow POST /-/reload and POST /-/quit.",
         switched<&options::enable_lifecycle>},
    flag{"--web.disable-exporter-metrics", "",
         "Leave process_* and the web server's own families out.",
         switched<&options::disable_exporter_metrics>},
    flag{"--web.enable-created-samples", "",
         "Add _created samples to OpenMetrics: when each counter and histogram began.",
         switched<&options::enable_created_samples>},
    flag{"--log.level", "info", "One of debug, info, warn, error.", level},
    flag{"--log.format", "logfmt", "One of logfmt, json.", format},
    flag{"--help", "", "Show this text.", help},
    flag{"--version", "", "Show version and build.", switched<&raw_options::version>},
};

struct command_word {
  command what;
  std::string_view word;
  std::string_view argument;  // "FILE"; "" for none
  std::string_view help;
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

options finished(const raw_options& raw) {
  static const std::map<std::string, log_level, std::less<>> levels{{"debug", log_level::debug},
                                                                    {"info", log_level::info},
                                                                    {"warn", log_level::warn},
                                                                    {"error", log_level::error}};
  options chosen = raw;
  chosen.level = levels.at(raw.level_name);
  chosen.format =
      raw.format_name == "json" ? logging::log_format::json : logging::log_format::logfmt;
  chosen.read_timeout =
      config::parse_duration(raw.read_timeout_text).value_or(std::chrono::milliseconds{0});
  if (raw.version) {
    chosen.what = command::version;
  }
  if (raw.help) {
    chosen.what = command::help;
  }
  return chosen;
}

}  // namespace

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
  for (const flag& each : flags) {
    each.declare(app, std::string{each.name}, raw);
  }
  app.fallthrough();
  app.require_subcommand(0, 1);
  for (const command_word& each : commands) {
    CLI::App* const sub = app.add_subcommand(std::string{each.word});
    sub->set_help_flag();
    sub->fallthrough();
    if (!each.argument.empty()) {
      sub->add_option(std::string{each.argument}, raw.file);
      sub->add_option("--web", raw.web_config_file);
      sub->add_flag("--syntax-only", raw.syntax_only);
    }
  }
  try {
    // CLI11 takes the arguments from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::ParseError& problem) {
    if (raw.help) {
      return finished(raw);
    }
    const std::string unknown = unknown_argument(arguments);
    return std::unexpected(fmt::format("{}\nSee wolkvox_exporter --help.",
                                       unknown.empty() ? problem.what() : unknown));
  }
  for (const command_word& each : commands) {
    if (app.got_subcommand(std::string{each.word})) {
      raw.what = each.what;
    }
  }
  if (raw.what == command::check_config) {
    raw.config_file = raw.file;
  }
  options chosen = finished(raw);
  if (const std::string problem = contradiction(chosen); !problem.empty()) {
    return std::unexpected(fmt::format("{}\nSee wolkvox_exporter --help.", problem));
  }
  return chosen;
}

}  // namespace wolkvox::app
