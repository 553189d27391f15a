// The counting rule: what one settlement does to counters, given what is known already. Pure: both
// ledgers look up through `known_state`, call `count`, and keep the changes it answers. The rule,
// for each identity:
//
// counting::once. recognition.hpp says which rows are known. Of each row every contribution counts
// once: the first answer that has it counts it, which a counter's amount of 0 is not. An amount
// that has counted and changes is a revision, told and not counted again; it counts in whatever
// series its row named when it came. Rows of a time that an earlier version had counted are known.
//
// counting::cumulative. Kept: one reading, the highest amount per family. What exceeds the mark
// counts and raises it, in whatever series the row feeds now: an agent whose id becomes known
// during the day goes on in another series, and what was counted stays counted once. A reading that
// is kept under its alias is taken over, and kept under both. The first sight of an identity is a
// row; an amount below its mark makes it revised and lowers nothing, told again only when the
// fingerprint has changed since; everything else, growth too, is a duplicate (known already).
// Several rows of one identity in one answer are one reading, with the highest amount of each
// family.
//
// Both: every row is exactly one of rows, duplicate, revised.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/ledger/ledger.hpp"
#include "metrics/ledger/recognition.hpp"

namespace wolkvox::metrics {

struct high_mark {
  family_id family{};
  quantity amount{};
};

// What is kept of a cumulative identity.
struct known_reading {
  std::uint64_t fingerprint = 0;
  sys_seconds at{};
  std::vector<high_mark> marks;
};

// What the rule asks of a ledger, about the settlement's own operation and collector.
class known_state {
 public:
  known_state() = default;
  known_state(const known_state&) = delete;
  known_state& operator=(const known_state&) = delete;
  virtual ~known_state() = default;

  virtual std::optional<series_state> series(
      std::uint32_t index) = 0;  // of settlement::series[index]
  // Identities are asked for in ascending order.
  virtual known_records records(const identity& id) = 0;
  virtual std::optional<known_reading> reading(const identity& id) = 0;
  // What an earlier version counted, whose records are not known: sorted, disjoint.
  virtual std::vector<interval> taken_over() = 0;
};

struct changed_record {
  identity id;
  local_seconds date{};
  known_record now;  // without rows: it is no more
};

// What to keep, all of it or nothing.
struct count_changes {
  settled result;
  std::vector<std::uint32_t>
      series;  // of result.changed, one by one: index into settlement::series
  std::vector<changed_record> records;
  std::vector<std::pair<identity, known_reading>> readings;
};

// An error is a bug of the caller (an index out of range, a negative amount, a series listed twice,
// ...) or an amount that a counter cannot hold.
std::expected<count_changes, std::string> count(const settlement& window, known_state& known);

// A histogram's buckets under other bounds: exact at every bound that both share; a bound that is
// new holds what the next lower old bound held. No cumulative count falls.
std::vector<std::uint64_t> rebucket(const std::vector<double>& bounds,
                                    const std::vector<std::uint64_t>& buckets,
                                    const std::vector<double>& new_bounds);

}  // namespace wolkvox::metrics
