#include "exporter/commands/check_config.hpp"

#include <algorithm>
#include <cstddef>
#include <iostream>
#include <span>

#include "config/outside.hpp"
#include "config/web_config.hpp"
#include "exporter/web/guard.hpp"

namespace wolkvox::commands {

namespace {

constexpr int good = 0;
constexpr int bad = 2;

int tell(std::span<const config::problem> mistakes) {
  for (const config::problem& each : mistakes) {
    std::cerr << config::to_string(each) << '\n';
  }
  return bad;
}

void warn(std::span<const config::problem> warnings) {
  for (const config::problem& each : warnings) {
    std::cerr << "warning: " << config::to_string(each) << '\n';
  }
}

int check_operations(const std::filesystem::path& file, bool syntax_only) {
  const auto loaded = syntax_only ? config::load_file(file) : config::load_for_use(file);
  if (!loaded) {
    return tell(loaded.error());
  }
  warn(loaded->warnings);
  if (!syntax_only) {
    // The exporter starts without a token, and takes it when it comes.
    warn(config::missing_secrets(*loaded));
  }
  std::ptrdiff_t collectors = 0;
  for (const config::operation& each : loaded->value.operations) {
    collectors += std::ranges::count_if(each.collectors,
                                        [](const auto& entry) { return entry.second.enabled; });
  }
  std::cout << file.string() << ": good; operations: " << loaded->value.operations.size()
            << ", collectors: " << collectors << '\n';
  return good;
}

int good_web(const std::filesystem::path& file, bool tls, std::size_t users) {
  std::cout << file.string() << ": good; " << (tls ? "TLS" : "plain HTTP") << ", users: " << users
            << '\n';
  return good;
}

int check_web_syntax(const std::filesystem::path& file) {
  const auto loaded = config::load_web_file(file);
  if (!loaded) {
    return tell(loaded.error());
  }
  warn(loaded->warnings);
  return good_web(file, loaded->value.tls.has_value(), loaded->value.users.size());
}

// With the certificates and keys that it names, as a start would.
int check_web(const std::filesystem::path& file) {
  const auto opened = web::guard::open(file);
  if (!opened) {
    return tell(opened.error());
  }
  warn(opened->warnings);
  return good_web(file, opened->ready->serves_tls(), opened->ready->user_count());
}

}  // namespace

int check_config(const files_to_check& which) {
  const int operations =
      which.operations.empty() ? good : check_operations(which.operations, which.syntax_only);
  if (which.web.empty()) {
    return operations;
  }
  return std::max(operations,
                  which.syntax_only ? check_web_syntax(which.web) : check_web(which.web));
}

}  // namespace wolkvox::commands
