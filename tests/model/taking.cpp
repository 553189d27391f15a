// The stand-in keeps the books, too: what each settled answer showed of its records, by the words
// of the contract (5.2), not by the program's rule.
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "tests/model/platform.hpp"

namespace wolkvox::model {

void platform::took(const answer& told, const taking& how) {
  std::map<std::string, std::vector<std::pair<std::size_t, std::size_t>>> calls;
  for (const auto& [index, version] : told.shown) {
    const record& row = records_[index];
    auto& rows = calls[row.has_id() ? row.conn_id : fmt::format("row {}", index)];
    const std::pair each{index, version};
    if (row.counts && std::ranges::find(rows, each) == rows.end()) {
      rows.push_back(each);
    }
  }
  for (const auto& [call, shown] : calls) {
    take_rows(call, shown, how);
  }
  std::map<std::string, std::vector<hold_amounts>> people;
  for (const day_row_shown& each : told.people) {
    auto& rows = people[each.folded];
    if (std::ranges::find(rows, each.amounts) == rows.end()) {
      rows.push_back(each.amounts);
    }
  }
  for (auto& [folded, rows] : people) {
    std::ranges::sort(rows, std::greater{},
                      [](const hold_amounts& each) { return each[0] + each[1] + each[2]; });
    rows.resize(std::min(rows.size(), std::max<std::size_t>(how.names->agents_called(folded), 1)));
    hold_amounts sum{};
    for (const hold_amounts& each : rows) {
      std::ranges::transform(sum, each, sum.begin(), std::plus{});
    }
    hold_amounts& highest = highest_[{told.day, folded}];
    std::ranges::transform(highest, sum, highest.begin(),
                           [](auto a, auto b) { return std::max(a, b); });
  }
}

// By the words of the contract (5.2), not by the program's rule.
void platform::take_rows(const std::string& call,
                         const std::vector<std::pair<std::size_t, std::size_t>>& shown,
                         const taking& how) {
  call_rows& known = known_[call];
  std::vector<std::pair<std::size_t, const facts*>> fresh;
  std::set<std::string> texts;
  const auto find = [&](std::size_t index, const std::string& text) {
    const auto& rows = known[text];
    const auto found =
        std::ranges::find(rows, index, [this](std::size_t each) { return counted_[each].record; });
    return found == rows.end() ? std::nullopt : std::optional(*found);
  };
  for (const auto& [index, version] : shown) {
    const facts& now = records_[index].versions[version];
    if (now.is_blank && read_as(now) > how.settled_to) {
      continue;  // unfinished
    }
    texts.insert(now.text);
    if (!find(index, now.text)) {
      fresh.emplace_back(index, &now);
    }
  }
  std::erase_if(known, [](const auto& each) { return each.second.empty(); });
  std::vector<std::string> missing;
  for (const auto& [text, rows] : known) {
    const metrics::local_seconds date{
        scenario_.zone->to_local(counted_[rows.front()].last.date).time_since_epoch()};
    if (!texts.contains(text) && how.read.begin <= date && date < how.read.end) {
      missing.push_back(text);
    }
  }
  const bool moves = fresh.size() == 1 && missing.size() == 1 && known[missing.front()].size() == 1;
  if (moves) {
    known[fresh.front().second->text].push_back(known[missing.front()].front());
    known.erase(missing.front());
  } else {
    for (const auto& [index, now] : fresh) {
      known[now->text].push_back(counted_.size());
      counted_row& made = counted_.emplace_back();
      made.record = index;
      made.first = made.last = *now;
    }
  }
  for (const auto& [index, version] : shown) {
    const facts& now = records_[index].versions[version];
    if (const auto place = find(index, now.text)) {
      take_amounts(counted_[*place], now, how);
    }
  }
}

void platform::take_amounts(counted_row& row, const facts& now, const taking& how) const {
  const sys_seconds date = read_as(now);
  row.last = now;
  if (!row.amounts && now.length > 0) {
    row.amounts = now;
  }
  if (!row.observed && (now.length > 0 || date <= how.settled_to)) {
    row.observed = now;
  }
  if (!row.coded && !(now.code.empty() && now.code_2.empty()) && date < how.codes_before) {
    row.coded = now;
  }
}

// The exporter reads an hour that the zone repeats as its first pass.
sys_seconds platform::read_as(const facts& now) const {
  return scenario_.zone->to_sys(scenario_.zone->to_local(now.date), date::choose::earliest);
}

}  // namespace wolkvox::model
