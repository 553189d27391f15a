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

std::string skill_of(const record& row, const facts& seen) {
  return seen.is_blank ? "" : row.skill;
}

std::string_view agent_of(const record& row, const facts& seen) {
  return seen.is_blank ? "" : agents[row.agent].id;
}

void add_call(amounts& into, const record& row, const facts& seen) {
  into[fmt::format(
      "wolkvox_calls_total agent_id={} campaign_id={} hung_up={} interaction={} "
      "skill_id={}",
      agent_of(row, seen), campaign_of(seen), seen.hung_up, row.interaction,
      skill_of(row, seen))] += 1;
}

void add_duration(amounts& into, const record& row, const facts& seen) {
  observe(into, "wolkvox_call_duration_seconds",
          fmt::format(" campaign_id={} interaction={} skill_id={}", campaign_of(seen),
                      row.interaction, skill_of(row, seen)),
          static_cast<double>(seen.length));
}

void add_codes(amounts& into, const record& row, const facts& seen) {
  into[fmt::format("wolkvox_call_codes_total campaign_id={} code={} code_2={} skill_id={}",
                   campaign_of(seen), seen.code, seen.code_2, skill_of(row, seen))] += 1;
}

std::string who_of(const record& row, const facts& seen) {
  return fmt::format(" agent_id={} campaign_id={}", agent_of(row, seen), campaign_of(seen));
}

std::string how_of(const record& row, const facts& seen) {
  return fmt::format(" interaction={} skill_id={}", row.interaction, skill_of(row, seen));
}

void add_cdr(amounts& into, const record& row, const facts& seen) {
  into[fmt::format("wolkvox_cdr_calls_total{} hung_up={}{}", who_of(row, seen), seen.hung_up,
                   how_of(row, seen))] += 1;
}

void add_bill(amounts& into, const record& row, const facts& seen) {
  const std::string who = who_of(row, seen);
  const std::string how = how_of(row, seen);
  into["wolkvox_cdr_talk_seconds_total" + who + how] += static_cast<double>(seen.length);
  into["wolkvox_cdr_billed_seconds_total" + who + how] +=
      static_cast<double>((seen.length + 59) / 60 * 60);
  into[fmt::format("wolkvox_cdr_cost_total{} currency=COP{}", who, how)] +=
      static_cast<double>(seen.length * cents_a_second) / 100;
}

void add_abandoned(amounts& into, const record& row, const facts& seen) {
  into[fmt::format("wolkvox_abandoned_calls_total interaction={} skill_id={}", row.interaction,
                   skill_of(row, seen))] += 1;
}

void add_wait(amounts& into, const record& row, const facts& seen) {
  observe(into, "wolkvox_abandoned_call_wait_seconds", " skill_id=" + skill_of(row, seen),
          static_cast<double>(seen.length));
}

// Codes count as the first answer showed them that was old enough; people had until the end of the
// lookback to write them.
std::optional<facts> last_codes(const record& row, const scenario& settled) {
  std::optional<facts> last;
  for (const facts& each : row.versions) {
    if (each.visible <= row.versions.front().date + settled.lookback) {
      last = each;
    }
  }
  return !last || (last->code.empty() && last->code_2.empty()) ? std::nullopt : last;
}

// What was shown, and what should have been: published since counting began, and never seen.
std::vector<counted_row> all_counted(const world& around) {
  std::vector<counted_row> all = around.platform.counted();
  std::vector<bool> is_seen(around.platform.records().size());
  for (const counted_row& each : all) {
    is_seen[each.record] = true;
  }
  for (std::size_t i = 0; i < is_seen.size(); ++i) {
    const record& row = around.platform.records()[i];
    const facts& first = row.versions.front();
    const bool is_due = row.counts && !row.is_in_every_answer &&
                        first.date >= around.origins.find(row.collector)->second;
    if (!is_seen[i] && is_due) {
      const facts& last = row.versions.back();
      all.push_back({.record = i,
                     .first = last,
                     .last = last,
                     .amounts = last,
                     .observed = last,
                     .coded = std::nullopt});
    }
  }
  return all;
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
  for (const counted_row& each : all_counted(around)) {
    const record& row = around.platform.records()[each.record];
    if (row.collector == "abandoned_calls") {
      add_abandoned(made, row, each.first);
      each.observed ? add_wait(made, row, *each.observed) : void();
    } else if (row.collector == "cdr") {
      add_cdr(made, row, each.first);
      each.amounts ? add_bill(made, row, *each.amounts) : void();
    } else {
      add_call(made, row, each.first);
      each.observed ? add_duration(made, row, *each.observed) : void();
      // A row whose date moved unnoticed is two; only the one that is still shown gets codes.
      const bool is_shown = each.last.text == row.versions.back().text;
      const auto codes = each.coded || !is_shown ? each.coded : last_codes(row, around.settled);
      codes ? add_codes(made, row, *codes) : void();
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
  const auto all = all_counted(around);
  return static_cast<std::uint64_t>(std::ranges::count_if(all, [&](const counted_row& each) {
    return around.platform.records()[each.record].collector == collector;
  }));
}

}  // namespace wolkvox::model
