// Who and what there is in an operation, as its platform tells: names for ids, the roster as it was
// last read, names that no roster has (strangers), and what of it the ledger has yet to keep.
// Memory alone: the owner asks and writes. Directories are immutable once shared; `shown` belongs
// to the ledger's thread, all else to the event loop.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "exporter/collectors/collector.hpp"
#include "exporter/operation/shown_names.hpp"
#include "exporter/poll/schedule.hpp"
#include "metrics/names.hpp"
#include "metrics/retirement.hpp"

namespace wolkvox::operation {

using poll::steady_time;
using std::chrono::sys_seconds;

class roster {
 public:
  using directory = std::shared_ptr<const metrics::name_directory>;

  // `rule`: what pages and the ledger may have of people.
  explicit roster(const std::optional<metrics::people_rule>& rule);

  // From the ledger.
  void restore(metrics::name_directory kept);
  // What a collector's labels show is known, although the answer that told it may not have been
  // kept.
  void learn_missing(const metrics::name_directory& shown);

  // What an answer tells: a roster, which is taken out of it, and names beside ids.
  void take(collectors::outcome& told, sys_seconds wall, steady_time now);
  void note_strangers(const std::set<metrics::identity>& seen, steady_time now);

  // Never null: raw names as the platform tells them.
  const directory& names() const { return names_; }
  // Null until it was read.
  const directory& as_read() const { return read_; }
  bool was_read_after(steady_time when) const { return read_at_ > when; }
  const std::shared_ptr<shown_names>& shown() const { return shown_; }
  // Who was there before the roster was last read, or waits for it as long as it is not asked
  // again: their rows count without an id.
  std::set<metrics::identity> known_strangers(steady_time now) const;
  // A row has a new name: whether the roster shall be asked for it, once an hour at most.
  bool shall_be_asked(steady_time now);
  metrics::retirement_terms retirement(std::chrono::milliseconds after, sys_seconds wall,
                                       steady_time now) const;

  // Names that the ledger has not kept yet; null where there are none.
  directory take_unkept();
  // The ledger could not take them.
  void put_back() { is_kept_ = false; }

 private:
  directory names_;
  std::shared_ptr<shown_names> shown_;
  metrics::name_directory::stand_in stand_in_;  // of a name that may not be kept
  directory read_;
  steady_time read_at_;
  std::optional<steady_time> wanted_;                   // last, by a row with a new name
  std::map<metrics::identity, steady_time> strangers_;  // since when
  bool is_kept_ = true;
};

}  // namespace wolkvox::operation
