#include "exporter/operation/remembered.hpp"

#include <date/tz.h>

#include <algorithm>
#include <utility>

namespace wolkvox::operation {

std::string spending_day(const config::operation& settings, std::chrono::sys_seconds now) {
  return date::format("%F", date::locate_zone(settings.timezone)->to_local(now));
}

collectors::privacy people_of(const config::operation& settings,
                              const metrics::hash_key_bytes& key) {
  return {settings.names, key, settings.who};
}

const config::operation* strictest(const std::vector<const config::operation*>& configured) {
  const auto strictness = [](const config::operation* each) {
    return std::pair(each->who, each->names);
  };
  const auto found = std::ranges::max_element(configured, {}, strictness);
  return found == configured.end() ? nullptr : *found;
}

std::expected<recollection, metrics::ledger_error> remember(metrics::ledger& ledger,
                                                            const wanted_state& wanted) {
  recollection all;
  metrics::taking what;
  std::vector<const config::operation*> configured;
  for (const auto& settings : wanted.going_on) {
    what.going_on.insert(settings->name);
    configured.push_back(settings.get());
  }
  for (const auto& [settings, now] : wanted.operations) {
    remembered& each = all.operations[settings->name];
    each.day = spending_day(*settings, now);
    const auto spending = ledger.spending(settings->name, each.day);
    if (!spending) {
      return std::unexpected(spending.error());
    }
    each.spending.insert(spending->begin(), spending->end());
    what.operations.push_back(
        {.operation = settings->name, .people = people_of(*settings, wanted.key).rule()});
    configured.push_back(settings.get());
  }
  if (const auto* const model = strictest(configured)) {
    what.others = people_of(*model, wanted.key).rule();
  }
  // Last: what it erases is erased, whatever else fails.
  auto taken = ledger.take_up(what);
  if (!taken) {
    return std::unexpected(std::move(taken.error()));
  }
  for (auto& [name, state] : taken->operations) {
    all.operations[name].state = std::move(state);
  }
  all.erased = std::move(taken->erased);
  return all;
}

}  // namespace wolkvox::operation
