// The counting rule of counting.hpp.
#include "metrics/ledger/counting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <span>
#include <tuple>

namespace wolkvox::metrics {
namespace {

using row_group = std::span<const ledger_row* const>;  // one identity, ascending fingerprints

// How exactly it is known when a record was last seen: each poll sees all of its lookback again.
constexpr std::chrono::hours seen_within{1};

constexpr std::uint8_t most_parts = 8;
constexpr std::uint8_t all_parts = 0xFF;

// Of a row without a date: whether they reach back for ever.
bool is_within(const std::vector<interval>& times, const ledger_row& row) {
  return std::ranges::any_of(times, [&](const interval& each) {
    return row.date == no_date ? each.begin < sys_seconds{}
                               : each.begin <= row.at && row.at < each.end;
  });
}

class tally {
 public:
  tally(const settlement& window, known_state& known) : window_(window), known_(known) {}

  std::expected<count_changes, std::string> run();

 private:
  std::expected<void, std::string> open_series();
  void count_rows(row_group group);
  void count_reading(row_group group);
  std::vector<contribution> highest_amounts(row_group group) const;
  void add_contributions(const ledger_row& row, known_row& kept);
  void keep_changes(const identity& id, const known_records& before, recognition& now);
  void add(std::uint32_t series, quantity amount);
  void tell(const ledger_row& row, fate what);
  void collect_series();

  const settlement& window_;
  known_state& known_;
  std::vector<series_state> states_;
  std::vector<bool> touched_;
  std::vector<interval> taken_over_;
  bool overflow_ = false;
  count_changes changes_;
};

bool ascending_and_finite(const std::vector<double>& bounds) {
  return std::ranges::all_of(bounds, [](double b) { return std::isfinite(b); }) &&
         std::ranges::adjacent_find(bounds, std::greater_equal{}) == bounds.end();
}

std::expected<void, std::string> check_series(const settlement& window) {
  std::vector<const series_key*> keys;
  keys.reserve(window.series.size());
  for (const settled_series& series : window.series) {
    if (!ascending_and_finite(series.bounds)) {
      return std::unexpected(
          fmt::format("bounds of {} do not ascend", describe(series.key.family).name));
    }
    keys.push_back(&series.key);
  }
  std::ranges::sort(keys, [](auto* a, auto* b) { return *a < *b; });
  const auto twice = std::ranges::adjacent_find(keys, [](auto* a, auto* b) { return *a == *b; });
  if (twice != keys.end()) {
    return std::unexpected(
        fmt::format("a series of {} is listed twice", describe((*twice)->family).name));
  }
  return {};
}

std::expected<void, std::string> check_rows(const settlement& window) {
  for (const contribution& part : window.contributions) {
    if (part.series >= window.series.size()) {
      return std::unexpected("a contribution names no series of its settlement");
    }
    if (part.amount < quantity{}) {
      return std::unexpected(fmt::format("a contribution to {} is negative",
                                         describe(window.series[part.series].key.family).name));
    }
    if (part.part >= most_parts) {
      return std::unexpected("a row has more parts than are kept");
    }
  }
  for (const ledger_row& row : window.rows) {
    const std::size_t size = window.contributions.size();
    if (row.first > size || row.count > size - row.first) {
      return std::unexpected("a row names contributions beyond its settlement's");
    }
    if (row.how == counting::once) {
      continue;
    }
    for (const contribution& part : std::span(window.contributions).subspan(row.first, row.count)) {
      if (!window.series[part.series].bounds.empty()) {
        return std::unexpected("a cumulative row contributes to a histogram");
      }
    }
  }
  return {};
}

std::expected<void, std::string> check_covered(const settlement& window) {
  sys_seconds end = sys_seconds::min();
  for (const interval& part : window.covered) {
    if (part.begin < end || part.end <= part.begin) {
      return std::unexpected("covered intervals are not sorted and disjoint");
    }
    end = part.end;
  }
  return {};
}

std::expected<void, std::string> check(const settlement& window) {
  for (auto* step : {check_series, check_rows, check_covered}) {
    if (auto checked = step(window); !checked) {
      return checked;
    }
  }
  return {};
}

std::expected<count_changes, std::string> tally::run() {
  if (auto opened = open_series(); !opened) {
    return std::unexpected(std::move(opened.error()));
  }
  taken_over_ = known_.taken_over();
  std::vector<const ledger_row*> rows;
  rows.reserve(window_.rows.size());
  for (const ledger_row& row : window_.rows) {
    rows.push_back(&row);
  }
  const auto order = [](const ledger_row* row) {
    return std::tuple(row->how, row->id, row->fingerprint);
  };
  std::ranges::sort(rows, {}, order);
  const auto same = [](auto* a, auto* b) { return a->how == b->how && a->id == b->id; };
  for (auto begin = rows.begin(); begin != rows.end();) {
    const auto end = std::find_if(begin, rows.end(), [&](auto* row) { return !same(*begin, row); });
    const row_group group(begin, end);
    (*begin)->how == counting::once ? count_rows(group) : count_reading(group);
    begin = end;
  }
  if (overflow_) {
    return std::unexpected("an amount is larger than a counter can hold");
  }
  collect_series();
  return std::move(changes_);
}

std::expected<void, std::string> tally::open_series() {
  states_.reserve(window_.series.size());
  touched_.assign(window_.series.size(), false);
  for (std::uint32_t i = 0; i < window_.series.size(); ++i) {
    const settled_series& wanted = window_.series[i];
    auto state = known_.series(i);
    if (!state) {
      touched_[i] = true;
      state = series_state{.key = wanted.key,
                           .bounds = wanted.bounds,
                           .buckets = {},
                           .total = {},
                           .started = window_.now};
      state->buckets.resize(wanted.bounds.empty() ? 0 : wanted.bounds.size() + 1);
      state->grown = window_.now;
    } else if (state->bounds != wanted.bounds) {
      if (state->bounds.empty() || wanted.bounds.empty()) {
        return std::unexpected(
            fmt::format("{} was kept as another type of metric", describe(wanted.key.family).name));
      }
      touched_[i] = true;
      state->buckets = rebucket(state->bounds, state->buckets, wanted.bounds);
      if (!state->base.buckets.empty()) {
        state->base.buckets = rebucket(state->bounds, state->base.buckets, wanted.bounds);
      }
      state->bounds = wanted.bounds;
    }
    states_.push_back(std::move(*state));
  }
  return {};
}

high_mark& mark_of(known_reading& reading, family_id family) {
  const auto kept = std::ranges::find(reading.marks, family, &high_mark::family);
  return kept != reading.marks.end() ? *kept
                                     : reading.marks.emplace_back(high_mark{.family = family});
}

void tally::count_rows(row_group group) {
  const identity& id = group.front()->id;
  const known_records before = known_.records(id);
  recognition now = recognise({group.begin(), group.end()}, before, window_.read);
  for (const recognised_row& each : now.rows) {
    if (!each.date) {
      tell(*each.row, each.what);
      continue;
    }
    known_record& record = now.records.at(*each.date);
    if (window_.seen - record.seen >= seen_within) {
      record.seen = window_.seen;
    }
    known_row& kept = record.rows[each.place];
    const bool counted_before = each.what == fate::counted && is_within(taken_over_, *each.row);
    if (counted_before) {
      kept.parts = all_parts;
    }
    add_contributions(*each.row, kept);
    tell(*each.row, counted_before ? fate::duplicate : each.what);
  }
  keep_changes(id, before, now);
}

void tally::keep_changes(const identity& id, const known_records& before, recognition& now) {
  if (now.moved_from) {
    changes_.records.push_back({.id = id, .date = *now.moved_from, .now = {}});
  }
  for (auto& [date, record] : now.records) {
    const auto known = before.find(date);
    if (known == before.end() || known->second.seen != record.seen ||
        known->second.rows != record.rows) {
      changes_.records.push_back({.id = id, .date = date, .now = std::move(record)});
    }
  }
}

void tally::count_reading(row_group group) {
  const ledger_row& first = *group.front();
  const bool has_alias = first.alias != identity{} && first.alias != first.id;
  const auto by_alias = has_alias ? known_.reading(first.alias) : std::nullopt;
  const auto by_id = known_.reading(first.id);
  const auto& known = by_id ? by_id : by_alias;
  known_reading now{.fingerprint = group.back()->fingerprint, .at = first.at, .marks = {}};
  if (known) {
    now.at = std::max(now.at, known->at);
    now.marks = known->marks;
  }
  bool shrank = false;
  bool rose = false;
  for (const contribution& highest : highest_amounts(group)) {
    high_mark& mark = mark_of(now, window_.series[highest.series].key.family);
    shrank = shrank || highest.amount < mark.amount;
    if (highest.amount > mark.amount) {
      rose = true;
      add(highest.series, highest.amount - mark.amount);
      mark.amount = highest.amount;
    }
  }
  for (const ledger_row* row : group) {
    now.at = std::max(now.at, row->at);
  }
  const bool reread = known && known->fingerprint == now.fingerprint;
  const fate of_known = shrank && !reread ? fate::revised : fate::duplicate;
  tell(first, known ? of_known : fate::counted);
  for (const ledger_row* row : group.subspan(1)) {
    tell(*row, fate::duplicate);
  }
  if (reread && !rose && now.at == known->at && by_id && (by_alias || !has_alias)) {
    return;
  }
  if (has_alias) {
    changes_.readings.emplace_back(first.alias, now);
  }
  changes_.readings.emplace_back(first.id, std::move(now));
}

// One contribution per family.
std::vector<contribution> tally::highest_amounts(row_group group) const {
  const auto family = [this](const contribution& part) {
    return window_.series[part.series].key.family;
  };
  std::vector<contribution> highest;
  for (const ledger_row* row : group) {
    for (const contribution& part :
         std::span(window_.contributions).subspan(row->first, row->count)) {
      const auto found = std::ranges::find(highest, family(part), family);
      if (found == highest.end()) {
        highest.push_back(part);
      } else if (part.amount > found->amount) {
        *found = part;
      }
    }
  }
  return highest;
}

void tally::add_contributions(const ledger_row& row, known_row& kept) {
  for (const contribution& part : std::span(window_.contributions).subspan(row.first, row.count)) {
    series_state& state = states_[part.series];
    const auto bit = static_cast<std::uint8_t>(1U << part.part);
    const bool is_blank = state.bounds.empty() && part.amount == quantity{};
    if (is_blank || (kept.parts & bit) != 0) {
      continue;
    }
    kept.parts |= bit;
    add(part.series, part.amount);
    if (!row.conn_id.empty() && !state.bounds.empty()) {
      keep_latest(state.exemplars, state.bounds,
                  {.conn_id = row.conn_id, .amount = part.amount, .at = row.at});
    }
  }
}

void tally::add(std::uint32_t series, quantity amount) {
  series_state& state = states_[series];
  if (state.total.micros() > std::numeric_limits<std::int64_t>::max() - amount.micros()) {
    overflow_ = true;
    return;
  }
  state.total += amount;
  if (!state.bounds.empty()) {
    const auto bound = std::ranges::lower_bound(state.bounds, amount.value());
    ++state.buckets[static_cast<std::size_t>(bound - state.bounds.begin())];
    state.native.observe(amount.value());
  }
  if (!state.bounds.empty() || amount > quantity{}) {
    touched_[series] = true;
    state.grown = window_.now;
    state.retired = false;
  }
}

void tally::tell(const ledger_row& row, fate what) {
  settled& result = changes_.result;
  switch (what) {
    case fate::counted:
      ++result.rows;
      result.late += row.date != no_date && row.at < window_.late_before ? 1 : 0;
      break;
    case fate::duplicate:
      ++result.duplicate;
      break;
    case fate::revised:
      ++result.revised;
      break;
  }
}

void tally::collect_series() {
  for (std::uint32_t i = 0; i < states_.size(); ++i) {
    if (touched_[i]) {
      changes_.series.push_back(i);
      changes_.result.changed.push_back(std::move(states_[i]));
    }
  }
}

}  // namespace

std::expected<count_changes, std::string> count(const settlement& window, known_state& known) {
  if (auto checked = check(window); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  return tally(window, known).run();
}

std::vector<std::uint64_t> rebucket(const std::vector<double>& bounds,
                                    const std::vector<std::uint64_t>& buckets,
                                    const std::vector<double>& new_bounds) {
  std::vector<std::uint64_t> out(new_bounds.size() + 1);
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto place =
        i == bounds.size() ? new_bounds.end() : std::ranges::lower_bound(new_bounds, bounds[i]);
    out[static_cast<std::size_t>(place - new_bounds.begin())] += buckets[i];
  }
  return out;
}

}  // namespace wolkvox::metrics
