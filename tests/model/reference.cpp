#include "tests/model/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wolkvox::model {
namespace {

// A histogram's lines under the bounds that the model configures (process.cpp).
void observe(amounts& into, const std::string& family, const std::string& labels, double value) {
  into[fmt::format("{}_sum{}", family, labels)] += value;
  into[fmt::format("{}_count{}", family, labels)] += 1;
}

std::string campaign_of(const facts& row) {
  return row.campaign == "0" ? "" : row.campaign;
}

void add_call(amounts& into, const record& row, const facts& seen) {
  const std::string queue = fmt::format(" campaign_id={} interaction={} skill_id={}",
                                        campaign_of(seen), row.interaction, row.skill);
  into[fmt::format(
      "wolkvox_calls_total agent_id={} campaign_id={} hung_up={} interaction={} "
      "skill_id={}",
      agents[row.agent].id, campaign_of(seen), seen.hung_up, row.interaction, row.skill)] += 1;
  observe(into, "wolkvox_call_duration_seconds", queue, static_cast<double>(seen.length));
}

void add_codes(amounts& into, const record& row, const facts& seen) {
  into[fmt::format("wolkvox_call_codes_total campaign_id={} code={} code_2={} skill_id={}",
                   campaign_of(seen), seen.code, seen.code_2, row.skill)] += 1;
}

void add_cdr(amounts& into, const record& row, const facts& seen) {
  const std::string campaign = campaign_of(seen);
  const std::string who =
      fmt::format(" agent_id={} campaign_id={}", agents[row.agent].id, campaign);
  const std::string how = fmt::format(" interaction={} skill_id={}", row.interaction, row.skill);
  into[fmt::format("wolkvox_cdr_calls_total{} hung_up={}{}", who, seen.hung_up, how)] += 1;
  into["wolkvox_cdr_talk_seconds_total" + who + how] += static_cast<double>(seen.length);
  into["wolkvox_cdr_billed_seconds_total" + who + how] +=
      static_cast<double>((seen.length + 59) / 60 * 60);
  into[fmt::format("wolkvox_cdr_cost_total{} currency=COP{}", who, how)] +=
      static_cast<double>(seen.length * cents_a_second) / 100;
}

void add_abandoned(amounts& into, const record& row, const facts& seen) {
  into[fmt::format("wolkvox_abandoned_calls_total interaction={} skill_id={}", row.interaction,
                   row.skill)] += 1;
  observe(into, "wolkvox_abandoned_call_wait_seconds", " skill_id=" + row.skill,
          static_cast<double>(seen.length));
}

// Codes count as the first answer showed them that was old enough; people had until the end of the
// lookback to write them.
std::optional<facts> coded(const record& row, const scenario& settled) {
  if (row.coded) {
    return row.coded;
  }
  std::optional<facts> last;
  for (const facts& each : row.versions) {
    if (each.visible <= row.versions.front().date + settled.lookback) {
      last = each;
    }
  }
  return !last || (last->code.empty() && last->code_2.empty()) ? std::nullopt : last;
}

bool counts(const world& around, const record& row) {
  return row.is_abandoned || row.collector != "abandoned_calls"
             ? row.counted.value_or(row.versions.front()).date >=
                   around.origins.find(row.collector)->second
             : false;
}

void add_holds(amounts& into, const world& around) {
  const std::string first = around.platform.local_text(around.origins.at("hold_mute")).substr(0, 8);
  std::map<std::pair<std::string, std::string>, hold_amounts> days;
  for (const hold_event& event : around.platform.holds()) {
    hold_amounts& day =
        days[{event.text.substr(0, 8), metrics::fold_name(agents[event.agent].name)}];
    for (std::size_t i = 0; i < day.size(); ++i) {
      day[i] += event.amounts[i];
    }
  }
  constexpr std::string_view families[] = {"wolkvox_agent_hold_mute_uses_total",
                                           "wolkvox_agent_hold_seconds_total",
                                           "wolkvox_agent_mute_seconds_total"};
  for (const auto& [day, last] : days) {
    if (day.first < first) {
      continue;
    }
    const auto& highest = around.platform.highest();
    const auto shown = highest.find(day);
    for (std::size_t i = 0; i < last.size(); ++i) {
      const std::int64_t mark = shown == highest.end() ? 0 : shown->second[i];
      into[fmt::format("{} agent={}", families[i], day.second)] +=
          static_cast<double>(std::max(mark, last[i]));
    }
  }
}

}  // namespace

amounts expected_amounts(const world& around) {
  amounts made;
  for (const record& row : around.platform.records()) {
    if (!counts(around, row)) {
      continue;
    }
    const facts seen = row.counted.value_or(row.versions.front());
    if (row.collector == "abandoned_calls") {
      add_abandoned(made, row, seen);
    } else if (row.collector == "cdr") {
      add_cdr(made, row, seen);
    } else {
      add_call(made, row, seen);
      if (const auto with_codes = coded(row, around.settled)) {
        add_codes(made, row, *with_codes);
      }
    }
  }
  if (around.origins.contains("hold_mute")) {
    add_holds(made, around);
  }
  return made;
}

std::uint64_t expected_rows(const world& around, std::string_view collector) {
  if (collector == "hold_mute") {
    return around.platform.highest().size();
  }
  return static_cast<std::uint64_t>(std::ranges::count_if(
      around.platform.records(),
      [&](const record& row) { return row.collector == collector && counts(around, row); }));
}

}  // namespace wolkvox::model
