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

enum class fate : std::uint8_t { counted, duplicate, revised };

class tally {
 public:
  tally(const settlement& window, known_state& known) : window_(window), known_(known) {}

  std::expected<count_changes, std::string> run();

 private:
  std::expected<void, std::string> open_series();
  void count_rows(row_group group);
  void count_reading(row_group group);
  std::vector<contribution> highest_amounts(row_group group) const;
  void add_contributions(const ledger_row& row);
  void add(std::uint32_t series, quantity amount);
  void tell(const ledger_row& row, fate what);
  void collect_series();

  const settlement& window_;
  known_state& known_;
  std::vector<series_state> states_;
  std::vector<bool> touched_;
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
  std::vector<const ledger_row*> rows;
  rows.reserve(window_.rows.size());
  for (const ledger_row& row : window_.rows) {
    rows.push_back(&row);
  }
  const auto order = [](const ledger_row* row) {
    return std::tuple(row->how, row->id, row->fingerprint, row->tell);
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

void tally::count_rows(row_group group) {
  auto known = known_.rows(group.front()->id);
  bool changed = !known.has_value();
  known_rows now =
      known ? std::move(*known) : known_rows{.fingerprints = {}, .at = group.front()->at};
  std::vector<const ledger_row*> unknown;
  std::vector<std::uint64_t> missing;
  std::ranges::copy_if(now.fingerprints, std::back_inserter(missing), [&](std::uint64_t kept) {
    return !std::ranges::binary_search(group, kept, {}, &ledger_row::fingerprint);
  });
  const ledger_row* previous = nullptr;
  for (const ledger_row* row : group) {
    const bool repeated = previous != nullptr && previous->fingerprint == row->fingerprint;
    previous = row;
    changed = changed || row->at > now.at;
    now.at = std::max(now.at, row->at);
    if (repeated || std::ranges::binary_search(now.fingerprints, row->fingerprint)) {
      tell(*row, fate::duplicate);
    } else {
      unknown.push_back(row);
    }
  }
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    changed = true;
    if (i < missing.size()) {
      *std::ranges::find(now.fingerprints, missing[i]) = unknown[i]->fingerprint;
      tell(*unknown[i], fate::revised);
    } else {
      now.fingerprints.push_back(unknown[i]->fingerprint);
      add_contributions(*unknown[i]);
      tell(*unknown[i], fate::counted);
    }
  }
  if (changed) {
    std::ranges::sort(now.fingerprints);
    changes_.rows.emplace_back(group.front()->id, std::move(now));
  }
}

void tally::count_reading(row_group group) {
  const ledger_row& first = *group.front();
  const auto known = known_.reading(first.id);
  known_reading now{.fingerprint = group.back()->fingerprint, .at = first.at, .marks = {}};
  bool shrank = false;
  for (const contribution& highest : highest_amounts(group)) {
    const family_id family = window_.series[highest.series].key.family;
    quantity mark;
    if (known) {
      const auto kept = std::ranges::find(known->marks, family, &high_mark::family);
      mark = kept == known->marks.end() ? quantity{} : kept->amount;
    }
    shrank = shrank || highest.amount < mark;
    if (highest.amount > mark) {
      add(highest.series, highest.amount - mark);
      now.marks.push_back({.family = family, .amount = highest.amount});
    }
  }
  for (const ledger_row* row : group) {
    now.at = std::max(now.at, row->at);
  }
  now.at = known ? std::max(now.at, known->at) : now.at;
  const bool reread = known && known->fingerprint == now.fingerprint;
  const fate of_known = shrank && !reread ? fate::revised : fate::duplicate;
  tell(first, known ? of_known : fate::counted);
  for (const ledger_row* row : group.subspan(1)) {
    tell(*row, fate::duplicate);
  }
  if (!reread || !now.marks.empty() || now.at > known->at) {
    changes_.readings.emplace_back(first.id, std::move(now));
  }
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

void tally::add_contributions(const ledger_row& row) {
  for (const contribution& part : std::span(window_.contributions).subspan(row.first, row.count)) {
    add(part.series, part.amount);
    series_state& state = states_[part.series];
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
  touched_[series] = touched_[series] || !state.bounds.empty() || amount > quantity{};
}

void tally::tell(const ledger_row& row, fate what) {
  if (row.tell == telling::silent) {
    return;
  }
  settled& result = changes_.result;
  switch (what) {
    case fate::counted:
      ++result.rows;
      result.late += row.at < window_.late_before ? 1 : 0;
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
      states_[i].grown = window_.now;
      states_[i].retired = false;
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
