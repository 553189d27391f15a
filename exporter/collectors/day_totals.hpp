// What the rows of a day report say of each person (contract 5.5): which rows are people and which
// are totals, and which rows of one name add up. Pure.
//
// The report has no ids and no promise of one row a person. Equal rows are one. Of a name that n
// agents bear the n largest rows add up; of a name that nobody is known by, one. A row whose values
// are the sum of all others, or that is called a total, is the operation's, unless an agent is
// called so. Its values may be fewer, and count equal rows as the answer has them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collectors/cells.hpp"
#include "metrics/quantity.hpp"

namespace wolkvox::collectors {

// One value of a row: absent, unreadable or an amount.
struct day_value {
  std::optional<metrics::quantity> amount;
  bool is_unreadable = false;
  friend bool operator==(const day_value&, const day_value&) = default;
};

template <std::size_t Values>
struct day_row {
  std::string name;  // as written
  std::string folded;
  std::array<day_value, Values> values;
  std::size_t repeats = 1;  // how often the answer has it
};

template <std::size_t Values>
struct person_day {
  std::string name;  // as first written
  // Nothing where it is absent or a part of it cannot be read: a part would look like a fall.
  std::array<std::optional<metrics::quantity>, Values> totals;
};

// "Consolidated for the entire operation" (seed 001): words that stand for all agents, perhaps with
// more behind them.
bool is_totals_name(std::string_view folded_name);

template <std::size_t Values>
class day_totals {
 public:
  using row = day_row<Values>;
  using bearers_of = std::function<std::size_t(std::string_view folded_name)>;

  void add(row one) {
    auto& same_name = by_name_[one.folded];
    const auto known = std::ranges::find_if(
        same_name, [&](std::size_t place) { return rows_[place].values == one.values; });
    if (known != same_name.end()) {
      ++rows_[*known].repeats;
      return;
    }
    same_name.push_back(rows_.size());
    rows_.push_back(std::move(one));
  }

  // By folded name, after the last row; `totals_rows`: how many rows were totals.
  std::map<std::string, person_day<Values>> people(const bearers_of& bearers,
                                                   std::size_t& totals_rows) const {
    const auto is_known = [&](const row& each) { return bearers(each.folded) > 0; };
    std::vector<const row*> persons;
    for (const row& each : rows_) {
      if (!each.folded.empty() && (is_known(each) || !is_totals_name(each.folded))) {
        persons.push_back(&each);
      }
    }
    if (const auto sum = find_sum(persons, is_known)) {
      std::erase(persons, *sum);
    }
    totals_rows = rows_.size() - persons.size();
    std::map<std::string, std::vector<const row*>> named;
    for (const row* each : persons) {
      named[each->folded].push_back(each);
    }
    std::map<std::string, person_day<Values>> all;
    for (auto& [folded, rows] : named) {
      const std::string name = rows.front()->name;
      std::ranges::sort(rows, [](const row* a, const row* b) {
        return size_of(*a) != size_of(*b) ? size_of(*a) > size_of(*b) : a < b;
      });
      rows.resize(std::min(rows.size(), std::max<std::size_t>(bearers(folded), 1)));
      all.emplace(folded, person_day<Values>{.name = name, .totals = sum_of(rows)});
    }
    return all;
  }

 private:
  using sums = std::array<std::optional<metrics::quantity>, Values>;

  // Nothing where a part of it cannot be read, or all of it is more than a counter should take.
  static sums sum_of(const std::vector<const row*>& rows) {
    sums made;
    for (std::size_t i = 0; i < Values; ++i) {
      for (const row* each : rows) {
        const day_value& value = each->values[i];
        if (value.amount) {
          made[i] = made[i].value_or(metrics::quantity{}) + *value.amount;
        }
        if (value.is_unreadable || made[i] > metrics::quantity::from_count(largest_amount)) {
          made[i].reset();
          break;
        }
      }
    }
    return made;
  }

  static metrics::quantity size_of(const row& one) {
    metrics::quantity size;
    for (const day_value& value : one.values) {
      size += value.amount.value_or(metrics::quantity{});
    }
    return size;
  }

  // Totals come last where the platform's own screens have them: of several candidates the last.
  // Two rows that nobody knows and that say the same are two people.
  template <class Known>
  static std::optional<const row*> find_sum(const std::vector<const row*>& rows, Known is_known) {
    const auto found = std::find_if(rows.rbegin(), rows.rend(), [&](const row* one) {
      std::vector<const row*> others = rows;
      std::erase(others, one);
      const bool is_told_apart = others.size() > 1 || std::ranges::any_of(others, [&](auto* each) {
                                   return is_known(*each);
                                 });
      return is_told_apart && !is_known(*one) &&
             (is_sum(*one, others, false) || is_sum(*one, others, true));
    });
    return found == rows.rend() ? std::nullopt : std::optional(*found);
  }

  // By the values that it has and that all others can be read for.
  static bool is_sum(const row& one, const std::vector<const row*>& others, bool with_repeats) {
    bool says_something = false;
    for (std::size_t i = 0; i < Values; ++i) {
      const bool is_comparable =
          one.values[i].amount &&
          std::ranges::none_of(others, [i](auto* each) { return each->values[i].is_unreadable; });
      if (!is_comparable) {
        continue;
      }
      metrics::quantity sum;
      for (const row* each : others) {
        for (std::size_t times = with_repeats ? each->repeats : 1; times > 0; --times) {
          sum += each->values[i].amount.value_or(metrics::quantity{});
        }
      }
      if (sum != *one.values[i].amount) {
        return false;
      }
      says_something = says_something || sum != metrics::quantity{};
    }
    return says_something;
  }

  std::vector<row> rows_;  // in the report's order
  std::map<std::string, std::vector<std::size_t>> by_name_;
};

}  // namespace wolkvox::collectors
