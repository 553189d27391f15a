// One settlement's view of the file: looks up what the counting rule asks for and writes what it
// answers. Lives within one transaction.
#pragma once

#include "metrics/ledger/counting.hpp"
#include "metrics/ledger/database.hpp"

namespace wolkvox::metrics {

class sqlite_state final : public known_state {
 public:
  sqlite_state(database& db, std::int64_t collector, const settlement& window);

  std::optional<series_state> series(std::uint32_t index) override;
  known_records records(const identity& id) override;
  std::optional<known_reading> reading(const identity& id) override;
  std::vector<interval> taken_over() override;

  void keep(const count_changes& changes);

 private:
  void keep_series(const count_changes& changes);
  void keep_records(const count_changes& changes);
  void keep_readings(const count_changes& changes);
  void keep_covered();
  void keep_taken_over();

  database& db_;
  std::int64_t collector_;
  const settlement& window_;
  std::vector<std::int64_t> ids_;  // by index into settlement::series; 0 while not in the file
  statement find_records_;         // kept over the settlement: tens of thousands of look-ups
};

}  // namespace wolkvox::metrics
