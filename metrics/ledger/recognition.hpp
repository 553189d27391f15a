// Which rows of an answer are known: the rule by which a record is found again (contract 5.2).
// Pure.
//
// A record is its identity and its date. Rows of one answer that are equal in all of their text are
// one row; rows of one record that differ count by their number. What else a row says may change:
//   1. a row that says what a kept one of its record said is that one;
//   2. each other row is a kept one that is left over, one about the same bearer before others: it
//      was revised;
//   3. what is left beyond that is new.
// So a record has as many rows as the answer with most of them showed at once, whatever the order
// of rows and answers.
//
// A date moves only where it can be told: exactly one date of the identity that the answer should
// have shown is missing from it, and exactly one new row of that identity is there. A row without a
// readable date is any row of its identity that the answer does not show otherwise.
//
// What cannot be told: rows of one record that never stand in one answer are one row and its
// revisions until an answer shows them together; when one of them is revised and another of the
// same bearer appears between two answers, either may be the one that was counted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

// What is kept of one row of a record.
struct known_row {
  std::uint64_t fingerprint = 0;
  std::uint32_t bearer = 0;
  std::uint8_t parts = 0;  // a bit for each contribution::part that has counted
  friend bool operator==(const known_row&, const known_row&) = default;
};

struct known_record {
  sys_seconds seen{};
  std::vector<known_row> rows;
};

// All of one identity, by their dates.
using known_records = std::map<local_seconds, known_record>;

enum class fate : std::uint8_t { counted, duplicate, revised };

struct recognised_row {
  const ledger_row* row = nullptr;
  fate what = fate::duplicate;
  // Where it is kept: a date and the place there; nothing where it repeats a row of its answer.
  std::optional<local_seconds> date;
  std::size_t place = 0;
};

struct recognition {
  known_records records;                    // with what is new; a revised row says the new things
  std::vector<recognised_row> rows;         // each of the answer's once
  std::optional<local_seconds> moved_from;  // a date that is no more
};

// `rows`: all of one identity in one answer, in any order. `read`: as settlement::read.
recognition recognise(std::vector<const ledger_row*> rows, known_records known,
                      local_interval read);

}  // namespace wolkvox::metrics
