#include "exporter/app/opening.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "config/duration.hpp"
#include "config/outside.hpp"
#include "exporter/app/file_system.hpp"
#include "exporter/app/version.hpp"
#include "exporter/app/web_settings.hpp"
#include "exporter/logging/log.hpp"
#include "metrics/accumulated.hpp"

namespace wolkvox::app {

using logging::log_level;
namespace {

std::optional<config::config> load_or_tell(const options& chosen) {
  auto loaded = config::load_for_use(chosen.config_file);
  if (!loaded) {
    for (const config::problem& each : loaded.error()) {
      std::cerr << config::to_string(each) << '\n';
    }
    return std::nullopt;
  }
  log_warnings(loaded->warnings);
  return std::move(loaded->value);
}

// For tests alone, which would else wait two minutes for each value (CONTRIBUTING.md).
std::optional<std::chrono::milliseconds> first_showing_or_tell() {
  constexpr const char* variable = "WOLKVOX_TEST_FIRST_SHOWING";
  const char* const chosen = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  if (chosen == nullptr) {
    return metrics::accumulated::first_showing;
  }
  const auto read = config::parse_duration(chosen);
  if (!read) {
    std::cerr << variable << ": " << read.error() << '\n';
    return std::nullopt;
  }
  return *read;
}

std::unexpected<int> no_ledger(const metrics::ledger_error& why) {
  log(log_level::error, "the ledger cannot be opened", {{"err", why.detail}});
  return std::unexpected(failed_while_running);
}

// A path that is new by mistake shows: what was counted before lies elsewhere.
void tell_which(const std::filesystem::path& file, bool is_new, metrics::ledger& opened) {
  std::error_code unknown;
  const std::string path = std::filesystem::absolute(file, unknown).string();
  if (is_new) {
    log(log_level::info, "the ledger is new: counting begins with it",
        {{"path", path}, {"series", "0"}});
    return;
  }
  const auto facts = opened.facts();
  if (!facts) {
    log(log_level::warn, "the ledger cannot be read", {{"err", facts.error().detail}});
    return;
  }
  const auto since =
      facts->since ? fmt::format("{:%FT%TZ}",
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(*facts->since)))
                   : std::string{"unknown"};
  log(log_level::info, "the ledger goes on",
      {{"path", path}, {"since", since}, {"series", std::to_string(facts->series)}});
  if (facts->unknown_series > 0) {
    log(log_level::warn, "the ledger holds series of a later version; they are kept and not shown",
        {{"path", path}, {"series", std::to_string(facts->unknown_series)}});
  }
  if (facts->taken_over) {
    log(log_level::warn,
        "the ledger was written by an older version and is taken over: totals go on; what the "
        "platform publishes late or fills in of the time that was counted until now, and the codes "
        "of "
        "its last calls, stay out",
        {{"path", path}});
  }
}

// It may work for years; where it does not, the ledger is damaged.
void tell_network(const std::filesystem::path& directory) {
  if (const auto network = network_file_system(directory); !network.empty()) {
    log(log_level::warn,
        "the ledger lies on a network file system, which may lose or damage it: SQLite needs locks "
        "and shared memory that these do not keep; use a local disk",
        {{"path", directory.string()}, {"file_system", network}});
  }
}

}  // namespace

std::expected<opened, int> open_all(const options& chosen) {
  auto configuration = load_or_tell(chosen);
  if (!configuration) {
    return std::unexpected(bad_configuration);
  }
  auto guard = open_guard(chosen);
  if (!guard) {
    return std::unexpected(bad_configuration);
  }
  const auto first_showing = first_showing_or_tell();
  if (!first_showing) {
    return std::unexpected(bad_configuration);
  }
  const auto file = chosen.storage_path / "ledger.db";
  std::error_code unknown;
  const bool is_new = !std::filesystem::exists(file, unknown);
  auto ledger = metrics::open_sqlite_ledger(chosen.storage_path, version());
  if (!ledger) {
    return no_ledger(ledger.error());
  }
  const auto key = metrics::hash_key(chosen.storage_path);
  if (!key) {
    return no_ledger(key.error());
  }
  tell_which(file, is_new, **ledger);
  tell_network(chosen.storage_path);
  return opened{.configuration = std::move(*configuration),
                .guard = std::move(*guard),
                .ledger = std::move(*ledger),
                .key = *key,
                .first_showing = *first_showing};
}

}  // namespace wolkvox::app
