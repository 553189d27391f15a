// wolkvox_exporter: a Prometheus exporter for wolkvox contact centres.
#include <iostream>
#include <string>
#include <vector>

#include "exporter/app/options.hpp"
#include "exporter/app/process.hpp"
#include "exporter/app/program.hpp"
#include "exporter/app/version.hpp"
#include "exporter/commands/check_config.hpp"
#include "exporter/commands/healthcheck.hpp"
#include "exporter/commands/metrics_reference.hpp"

namespace {

int run(const std::vector<std::string>& arguments) {
  using namespace wolkvox;
  const auto chosen = app::parse_options(arguments);
  if (!chosen) {
    std::cerr << "wolkvox_exporter: " << chosen.error() << '\n';
    return 2;
  }
  switch (chosen->what) {
    case app::command::serve:
      return app::serve(*chosen);
    case app::command::once:
      return app::once(*chosen);
    case app::command::check_config:
      return commands::check_config({.operations = chosen->config_file,
                                     .web = chosen->web_config_file,
                                     .syntax_only = chosen->syntax_only});
    case app::command::healthcheck:
      return commands::healthcheck(chosen->listen_addresses.front(), chosen->web_config_file);
    case app::command::metrics:
      std::cout << commands::metrics_reference();
      return std::cout.flush() ? 0 : 1;  // a full disk
    case app::command::help:
      std::cout << app::help_text();
      return 0;
    case app::command::version:
      std::cout << app::version_line() << '\n';
      return 0;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  wolkvox::app::begin_process();
  return wolkvox::app::end_process(run({argv + 1, argv + argc}));
}
