// wolkvox_simulator: a living contact centre on loopback that answers the wolkvox API. See
// README.md.
#include <CLI/CLI.hpp>
#include <chrono>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/simulator/server.hpp"

namespace {

namespace sim = wolkvox::simulator;

struct flags {
  sim::centre_settings centre;
  sim::platform_settings platform;
  sim::server_settings server;
  std::string listen = "127.0.0.1:0";
  std::string start;
  std::string history = "0d";
  std::string scenario = "normal";
  std::string edit_max = "90m";
  std::string late_max = "30m";
  double speed = 1.0;
  std::int64_t latency_ms = 0;
};

void add_centre_flags(CLI::App& app, flags& into) {
  auto& centre = into.centre;
  app.add_option("--seed", centre.seed, "the same seed, start and sizes give the same history");
  app.add_option("--agents", centre.agents, "agents, 10 to 60000")->check(CLI::Range(1, 60'000));
  app.add_option("--skills", centre.skills, "skills")->check(CLI::Range(1, 5'000));
  app.add_option("--campaigns", centre.campaigns, "predictive campaigns")
      ->check(CLI::Range(0, 5'000));
  app.add_option("--calls-per-day", centre.calls_per_day,
                 "inbound calls of a working day; 0: by the agents");
  app.add_option("--homonyms", centre.homonyms, "agents that bear another's name");
  app.add_option("--timezone", centre.timezone, "the platform's zone");
  app.add_option("--operation", centre.operation, "what agents_detail calls the operation");
  app.add_option("--scenario", into.scenario,
                 "normal, abandonment-spike, outage, busy-campaign, or a JSON file");
  app.add_option("--start", into.start,
                 "platform's local time at start, YYYY-MM-DDTHH:MM:SS; default: now");
  app.add_option("--history", into.history, "history before today's midnight, in days (1d)");
  app.add_option("--speed", into.speed, "platform seconds per real second; 0: the clock stands")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--publish-delay", centre.publication.scale,
                 "scale of the platform's publication delays; 0: rows show at once")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--late-share", centre.publication.late_share,
                 "share of rows that show later still")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--late-max", into.late_max, "most of that extra delay (30m)");
  app.add_option("--edit-share", centre.edit_share, "share of calls whose codes are edited later")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--edit-max", into.edit_max, "longest time between call and edit (90m)");
  app.add_option("--answered-share", centre.answered_share,
                 "share of answered calls listed by skill_2")
      ->check(CLI::Range(0.0, 1.0));
}

void add_platform_flags(CLI::App& app, flags& into) {
  auto& platform = into.platform;
  app.add_option("--token", platform.token, "the token that is accepted");
  app.add_option("--licences", platform.licences, "daily quota = licences x 1000 requests");
  app.add_option("--row-cap", platform.row_cap, "rows of one answer; more are cut");
  app.add_option("--max-concurrent", platform.max_concurrent, "requests at once; more are refused");
  app.add_flag("--totals-row", platform.totals_row, "agent_9 ends with a row of totals");
  app.add_flag("--code-number", platform.code_as_number, "\"code\": 200 instead of \"200\"");
  app.add_option("--error-rate", platform.error_rate, "share of the answers that fail")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--fault-seed", platform.fault_seed, "seed of the failures");
  app.add_option("--listen", into.listen, "loopback address and port; port 0: a free one");
  app.add_option("--latency-ms", into.latency_ms, "of every API answer, in real time")
      ->check(CLI::NonNegativeNumber);
  auto* certificate =
      app.add_option("--tls-cert", into.server.tls_certificate, "PEM chain: serve https");
  auto* key = app.add_option("--tls-key", into.server.tls_key, "PEM key")->needs(certificate);
  certificate->needs(key);
  app.add_flag("--gzip", into.server.gzip, "gzip answers when the client accepts it");
}

std::string settle_times(flags& given) {
  auto play = sim::load_scenario(given.scenario);
  const auto history = sim::read_length(given.history);
  const auto edit_max = sim::read_length(given.edit_max);
  const auto late_max = sim::read_length(given.late_max);
  const auto zone = sim::local_time::of(given.centre.timezone);
  for (const auto* length : {&history, &edit_max, &late_max}) {
    if (!*length) {
      return length->error();
    }
  }
  if (!play) {
    return play.error();
  }
  if (!zone) {
    return zone.error();
  }
  given.centre.play = *std::move(play);
  given.centre.history_days =
      static_cast<std::uint32_t>(std::chrono::floor<std::chrono::days>(*history).count());
  given.centre.edit_max = *edit_max;
  given.centre.publication.late_max = *late_max;
  given.centre.start = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (!given.start.empty()) {
    const auto start = zone->read_text(given.start);
    if (!start) {
      return "--start is YYYY-MM-DDTHH:MM:SS";
    }
    given.centre.start = *start;
  }
  return {};
}

std::string settle_address(flags& given) {
  const auto colon = given.listen.rfind(':');
  const auto port = colon == std::string::npos ? std::string() : given.listen.substr(colon + 1);
  if (port.empty() || port.size() > 5 ||
      port.find_first_not_of("0123456789") != std::string::npos || std::stoul(port) > 65'535) {
    return "--listen is ADDRESS:PORT";
  }
  given.server.address = given.listen.substr(0, colon);
  given.server.port = static_cast<std::uint16_t>(std::stoul(port));
  given.server.latency = std::chrono::milliseconds{given.latency_ms};
  return {};
}

int serve(flags given) {
  // Listens last: who sees the address can ask at once.
  const auto start = given.centre.start;
  sim::platform platform(std::move(given.centre), std::move(given.platform));
  sim::platform_clock clock(start, given.speed, sim::platform_clock::real::now());
  sim::server server(std::move(given.server), platform, clock);
  std::cout << "listening on " << server.address() << '\n' << std::flush;
  server.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A contact centre on loopback that answers the wolkvox API v2", "wolkvox_simulator");
  app.get_formatter()->column_width(34);
  app.option_defaults()->always_capture_default();
  flags given;
  add_centre_flags(app, given);
  add_platform_flags(app, given);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  for (const auto& mistake : {settle_times(given), settle_address(given)}) {
    if (!mistake.empty()) {
      std::cerr << "wolkvox_simulator: " << mistake << '\n';
      return 2;
    }
  }
  try {
    return serve(std::move(given));
  } catch (const std::invalid_argument& error) {  // an address that is not on loopback
    std::cerr << "wolkvox_simulator: " << error.what() << '\n';
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "wolkvox_simulator: " << error.what() << '\n';
    return 1;
  }
}
