#include "exporter/app/remembered.hpp"

#include <date/tz.h>

#include <utility>

namespace wolkvox::app {

std::string spending_day(const config::operation& settings, std::chrono::sys_seconds now) {
  return date::format("%F", date::locate_zone(settings.timezone)->to_local(now));
}

std::expected<remembered_operations, metrics::ledger_error> remember(
    metrics::ledger& ledger, const std::vector<wanted_operation>& operations) {
  remembered_operations all;
  for (const auto& [settings, now] : operations) {
    remembered& each = all[settings->name];
    auto state = ledger.load(settings->name);
    if (!state) {
      return std::unexpected(std::move(state.error()));
    }
    each.state = std::move(*state);
    each.day = spending_day(*settings, now);
    const auto spending = ledger.spending(settings->name, each.day);
    if (!spending) {
      return std::unexpected(spending.error());
    }
    each.spending.insert(spending->begin(), spending->end());
  }
  return all;
}

}  // namespace wolkvox::app
