// The ledger: what has been counted, and which rows made it so. One settlement is one answered
// window and is kept whole or not at all. Implementations: SQLite; the tests' in memory. Not
// thread-safe: one thread of the pool owns it. Nothing here knows the API or the exporter.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/exemplar.hpp"
#include "metrics/families.hpp"
#include "metrics/ledger/interval.hpp"
#include "metrics/live/live_table.hpp"
#include "metrics/names.hpp"
#include "metrics/native_buckets.hpp"
#include "metrics/quantity.hpp"

namespace wolkvox::metrics {

using std::chrono::sys_seconds;

// A series without `operation` and without the name labels (they are put beside the ids when a page
// is written; only where an id is "" does the name label stand here itself). Labels in the order of
// the family's table.
struct series_key {
  family_id family{};
  std::vector<owned_label> labels;
};
bool operator==(const series_key& a, const series_key& b);
bool operator<(const series_key& a, const series_key& b);
// One text per key: "wolkvox_calls_total" and the labels, separated by control characters. Stable
// across versions.
std::string to_text(const series_key& key);
std::expected<series_key, std::string> series_key_from_text(std::string_view text);
// The parts of such a text, whose family a later version may have brought.
std::string to_text(std::string_view family, const std::vector<owned_label>& labels);
std::string_view family_in_text(std::string_view text);
std::expected<std::vector<owned_label>, std::string> labels_in_text(std::string_view text);
bool names_known_family(std::string_view text);

// 128 bits of a keyed hash: of a record's conn_id, or of what stands for one where there is none.
// No personal data can be read back from it. With the record's date it says which record that is.
struct identity {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const identity&, const identity&) = default;
};

// Counter: adds the amount. Histogram: one observation of the amount.
struct contribution {
  std::uint32_t series = 0;  // index into settlement::series
  quantity amount;
  // Which of its row's amounts this is, below 8: each counts once, whenever it comes. The ledger
  // keeps it, so that a number never changes its meaning.
  std::uint8_t part = 0;
};

enum class counting : std::uint8_t {
  once,        // a contribution counts when it is first there: with its row, or filled in later
  cumulative,  // the contributions are totals so far (hold_mute): growth since the last reading
               // counts
};

// The date of a row that has none that can be read.
inline constexpr local_seconds no_date{};

struct ledger_row {
  identity id;
  // Where counting::cumulative: another name that the same reading may be kept under, or `id`
  // again.
  identity alias{};
  std::uint64_t fingerprint = 0;  // over what it says: differs when a known row was revised
  std::uint32_t bearer = 0;       // over whom it is about: rows of one record are told apart by it
  std::uint64_t text = 0;         // over all of it: equal rows of one answer are one. Never kept
  local_seconds date = no_date;   // the record's, as written
  sys_seconds at{};               // the same moment, where there is a date
  counting how = counting::once;
  std::uint32_t first = 0;  // its contributions: settlement::contributions[first, first + count)
  std::uint32_t count = 0;
  // What exemplars of its observations name; "" where there shall be none. Never kept.
  std::string conn_id{};
};

struct settled_series {
  series_key key;
  std::vector<double> bounds;  // histograms: upper bounds without +Inf; empty for counters
};

// All of one answered window. `series` may hold keys without contributions: they are created at 0.
struct settlement {
  std::string operation;
  std::string collector;
  std::vector<settled_series> series;
  std::vector<contribution> contributions;
  std::vector<ledger_row> rows;
  std::vector<interval> covered;  // what is counted once this settlement is in: sorted, disjoint
  local_interval read;            // what the answer was about; empty where it is not known whole
  sys_seconds late_before{};      // a new row dated before this is late
  sys_seconds now{};              // our clock: when series that are new begin
  sys_seconds seen{};             // the platform's clock: what is not seen for long is forgotten
};

// What pages show of a series: a counter's value, or a histogram's sum and counts per bucket.
struct shown_amount {
  quantity total;
  std::vector<std::uint64_t> buckets{};
  native_buckets native{};
  friend bool operator==(const shown_amount&, const shown_amount&) = default;
};

// One accumulated series as it stands.
struct series_state {
  series_key key;
  std::vector<double> bounds;
  std::vector<std::uint64_t> buckets;  // histograms: not cumulative, bounds.size() + 1
  quantity total;                      // counter's value, histogram's sum
  bool shown = false;                  // pages show all of it as it grows, or may have
  sys_seconds started{};               // when it began at 0; the epoch: not known
  native_buckets native{};             // histograms: the same observations as in `buckets`
  std::vector<exemplar> exemplars{};   // what this settlement counted shows of them; never kept
  shown_amount base{};   // what pages show until then: nothing, or where it stood before
  sys_seconds grown{};   // when it last did
  bool retired = false;  // on no page until it grows
};

// Where a series stood when pages last showed it.
using series_stand = std::pair<series_key, shown_amount>;

// What changes when the labels of a collector's series show other names: to Prometheus these are
// new series, which begin where the old ones were last seen, and when is not known.
struct renaming {
  name_directory names;  // those that are new or other than before
  std::vector<series_stand> series;
};

// What a settlement did: rows by fate, and every series it changed or created, as it now stands.
struct settled {
  std::uint64_t rows = 0;       // told rows counted for the first time
  std::uint64_t duplicate = 0;  // known already, or repeated within the answer
  std::uint64_t late = 0;       // of `rows`
  // Known rows that say something else than before; cumulative rows that shrank.
  std::uint64_t revised = 0;
  std::vector<series_state> changed;
};

struct ledger_error {
  enum class kind : std::uint8_t { unreadable, locked, newer_schema, full, failed };
  kind what = kind::failed;
  std::string detail;  // names the file and what to do
};

struct collector_state {
  std::vector<series_state> series;
  std::vector<interval> covered;
  name_directory names;  // that its labels show
  // Rows that were last seen before were forgotten: nothing that began before is asked for.
  sys_seconds horizon = sys_seconds::min();
};

struct operation_state {
  std::map<std::string, collector_state, std::less<>> collectors;
  name_directory names;  // the last told
  std::string zone;      // that all its windows were last cut in; "": none, or perhaps several
};

struct collector_name {
  std::string operation;
  std::string collector;
  friend auto operator<=>(const collector_name&, const collector_name&) = default;
};

// What a ledger holds, for whoever starts it.
struct ledger_facts {
  std::uint64_t series = 0;
  std::optional<sys_seconds> since;  // the oldest series began; nothing where none is known
  // Of families that this version does not have: kept and not shown.
  std::uint64_t unknown_series = 0;
  // Written until now by a version that knew records by other identities: what it had counted does
  // not count again, and what was late for it stays out.
  bool taken_over = false;
};

// What may be kept of agents.
struct people_rule {
  // What stands in place of an id, and of a name: "" where none may. Asked again with its own
  // answer, each gives the same.
  std::function<std::string(std::string_view)> id;
  std::function<std::string(std::string_view)> name;
  bool agents = true;  // false: nothing at all, whatever the other two say
};

// Operations that begin under rules of their own; no rule: all may be kept as it is.
struct taking {
  struct wanted {
    std::string operation;
    std::optional<people_rule> people;
  };
  std::vector<wanted> operations;
  std::set<std::string, std::less<>> going_on;  // that began before: their rules are kept
  std::optional<people_rule> others;            // for what is configured no more
};

struct taken {
  std::map<std::string, operation_state, std::less<>> operations;
  std::vector<std::string> erased;  // operations of which something was not to be kept
};

class ledger {
 public:
  ledger() = default;
  ledger(const ledger&) = delete;
  ledger& operator=(const ledger&) = delete;
  virtual ~ledger() = default;

  virtual std::expected<ledger_facts, ledger_error> facts() = 0;
  // Whose counts it holds, configured or not.
  virtual std::expected<std::vector<collector_name>, ledger_error> collectors() = 0;
  virtual std::expected<operation_state, ledger_error> load(const std::string& operation) = 0;
  // What operations begin with, after what may not be kept of agents was erased; all or nothing.
  virtual std::expected<taken, ledger_error> take_up(const taking& what) = 0;
  virtual std::expected<settled, ledger_error> settle(const settlement& window) = 0;
  // Before a page first shows these series above their base: kept, so that a restart shows them at
  // once and none falls.
  virtual std::expected<void, ledger_error> mark_shown(const std::string& operation,
                                                       const std::string& collector,
                                                       const std::vector<series_key>& keys) = 0;
  // Before a page first shows these names: kept, so that a restart shows the same ones, and the
  // series at their base until they are marked again. Remembered for the operation too: else a name
  // whose remember_names() failed would give way to the one before at a restart, and that rename
  // back would count increases twice.
  virtual std::expected<void, ledger_error> rename(const std::string& operation,
                                                   const std::string& collector,
                                                   const renaming& change) = 0;
  // Before these series leave the pages: kept, so that a restart does not show them, and that they
  // come back where they stood when they grow.
  virtual std::expected<void, ledger_error> retire(const std::string& operation,
                                                   const std::string& collector,
                                                   const std::vector<series_stand>& left) = 0;
  virtual std::expected<void, ledger_error> remember_names(const std::string& operation,
                                                           const name_directory& names) = 0;
  // The zone that all windows are cut in from now on (an IANA name); "": not all yet.
  virtual std::expected<void, ledger_error> remember_zone(const std::string& operation,
                                                          const std::string& zone) = 0;
  // Requests spent on a platform day ("2026-11-21"), by collector; `spent` is added.
  virtual std::expected<void, ledger_error> spend(const std::string& operation,
                                                  const std::string& collector,
                                                  const std::string& day, std::uint64_t spent) = 0;
  virtual std::expected<std::map<std::string, std::uint64_t>, ledger_error> spending(
      const std::string& operation, const std::string& day) = 0;
  // Forgets rows that were last seen before `before`, and keeps that as the horizon; answers how
  // many.
  virtual std::expected<std::uint64_t, ledger_error> prune(const std::string& operation,
                                                           const std::string& collector,
                                                           sys_seconds before) = 0;
};

}  // namespace wolkvox::metrics
