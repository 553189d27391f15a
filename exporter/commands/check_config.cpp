#include "exporter/commands/check_config.hpp"

#include <algorithm>
#include <iostream>

#include "config/load.hpp"

namespace wolkvox::commands {

int check_config(const std::filesystem::path& file) {
  const auto loaded = config::load_file(file);
  if (!loaded) {
    for (const config::problem& each : loaded.error()) {
      std::cerr << config::to_string(each) << '\n';
    }
    return 2;
  }
  for (const config::problem& each : loaded->warnings) {
    std::cerr << "warning: " << config::to_string(each) << '\n';
  }
  std::ptrdiff_t collectors = 0;
  for (const config::operation& each : loaded->value.operations) {
    collectors += std::ranges::count_if(each.collectors,
                                        [](const auto& entry) { return entry.second.enabled; });
  }
  std::cout << file.string() << ": good; operations: " << loaded->value.operations.size()
            << ", collectors: " << collectors << '\n';
  return 0;
}

}  // namespace wolkvox::commands
