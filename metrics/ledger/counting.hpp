// The counting rule: what one settlement does to counters, given what is known already. Pure: both
// ledgers look up through `known_state`, call `count`, and keep the changes it answers. The rule,
// for each identity:
//
// counting::once. Kept: a set of fingerprints, one per counted row (several legs of one call may
// share an identity and differ in duration). With D the distinct fingerprints of the identity in
// this answer and S those kept:
//   1. a row whose fingerprint is in S, or repeats one of the same answer, is a duplicate;
//   2. each other row replaces a fingerprint of S that is missing in D while there is one: it is
//      revised, told once, and not counted again;
//   3. what is left beyond that is new, counts, and joins S.
// So |S| becomes max(|S|, |D|): an identity has counted as often as the answer with most legs
// showed at once, whatever the order of rows and answers. Fingerprints pair in ascending order.
// Limits: legs of one identity that never stand in one answer count as one row and its revisions,
// until an answer shows them together; when one leg is revised and another appears between two
// answers, either may be the one whose amounts count; legs with equal fingerprints are one row; an
// answer that shows a row both before and after its revision counts two.
//
// counting::cumulative. Kept: one reading, the highest amount per family. What exceeds the mark
// counts and raises it, in whatever series the row feeds now: an agent whose id becomes known
// during the day goes on in another series, and what was counted stays counted once. The first
// sight of an identity is a row; an amount below its mark makes it revised and lowers nothing, told
// again only when the fingerprint has changed since; everything else, growth too, is a duplicate
// (known already). Several rows of one identity in one answer are one reading, with the highest
// amount of each family.
//
// Both: every told row is exactly one of rows, duplicate, revised. `silent` rows count and are in
// none of them. The latest date seen for an identity decides when it is pruned. A row that comes
// back after its identity was pruned counts again: prune only what no window will ask for, with a
// margin for dates that move.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// What is kept of an identity that counts once.
struct known_rows {
  std::vector<std::uint64_t> fingerprints;  // ascending, one per counted row
  sys_seconds at{};
};

struct high_mark {
  family_id family{};
  quantity amount;
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
  virtual std::optional<known_rows> rows(const identity& id) = 0;
  virtual std::optional<known_reading> reading(const identity& id) = 0;
};

// What to keep, all of it or nothing.
struct count_changes {
  settled result;
  std::vector<std::uint32_t>
      series;  // of result.changed, one by one: index into settlement::series
  std::vector<std::pair<identity, known_rows>> rows;
  std::vector<std::pair<identity, known_reading>> readings;  // marks: those that rose or are new
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
