// What a collector is: which questions it asks, how its rows read, which families they feed. One
// file per report; a collector does no I/O and knows no other collector.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "exporter/api/query.hpp"
#include "exporter/api/row.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/live/live_table.hpp"
#include "metrics/names.hpp"

namespace date {
class time_zone;
}

namespace wolkvox::collectors {

using std::chrono::sys_seconds;

// live: asked as it is now. window: rows with dates, asked over overlapping windows. day: one row
// per agent and window, asked from local midnight (contract 5.5).
enum class report_kind : std::uint8_t { live, window, day };

// What may be told and kept of people (agent_names, people) and how identities are hashed: one per
// operation, immutable.
class privacy {
 public:
  privacy(config::agent_names choice, std::array<std::uint8_t, 32> key,
          config::people who = config::people::each)
      : choice_(choice), who_(who), key_(key) {}
  // Whether anything tells one agent from another.
  bool tells_agents_apart() const { return who_ == config::people::each; }
  // show: the name; hash: 16 hex digits of a keyed hash of it (folded, so that every spelling of a
  // person has one); hide: the id. The id too while no name is known.
  std::string agent_label(std::string_view id, std::string_view name) const;
  // The id. Where names are not shown, one that is no number may be one: then a keyed hash of it.
  std::string agent_id(std::string_view id) const;
  // What a ledger may keep; nothing where it may keep all.
  std::optional<metrics::people_rule> rule() const;
  // Keyed 128-bit hash over parts; ("a", "bc") and ("ab", "c") differ. Any thread.
  metrics::identity identify(std::span<const std::string_view> parts) const;

 private:
  std::string hashed(std::span<const std::string_view> parts) const;
  std::string kept_name(std::string_view name) const;

  config::agent_names choice_;
  config::people who_;
  std::array<std::uint8_t, 32> key_;
};

// What one poll knows; immutable, shared with the pool thread that decodes. The pointers are never
// null.
struct poll_context {
  std::shared_ptr<const config::operation> operation;
  config::collector_settings settings;
  std::shared_ptr<const metrics::name_directory> names;  // raw names as the platform gives them
  // The roster as it was last read: who is there now. Null: not known, who left is told by `names`.
  std::shared_ptr<const metrics::name_directory> roster;
  // Day reports: names, as identities, that no roster had when it was last read. A new one is not
  // counted before the roster was asked. Nothing: all are, as no roster will come.
  std::optional<std::set<metrics::identity>> strangers;
  std::shared_ptr<const privacy> people;
  const date::time_zone* zone = nullptr;
  sys_seconds now{};                        // the platform's clock
  std::optional<metrics::interval> window;  // window and day reports; day: begins at local midnight
  std::set<std::string, std::less<>>
      statuses_seen;  // `agents`: outcome.statuses_seen of the poll before
};

// Quota facts of token_info (contract 4.8).
struct quota_facts {
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> used;
  std::optional<std::int64_t> remaining;
};

// What the rows of one answer say of time (exporter/poll/suspicion.hpp judges it).
struct dates_told {
  std::optional<sys_seconds> newest;  // that the platform's clock has reached
  std::optional<sys_seconds> ahead;   // the newest beyond it
  std::uint64_t dated = 0;            // rows with a readable date
  std::uint64_t dated_ahead = 0;
  // Ids that hold the second at which their call began ("ivr.1785000000.12": wolkvox-api.md 3.3),
  // and how long after it the rows are dated, less the call itself: dates look like its end.
  std::uint64_t stamped = 0;
  std::chrono::seconds least_after{};
  std::chrono::seconds most_after{};

  void learn(std::optional<sys_seconds> at, std::string_view conn_id,
             const std::optional<metrics::quantity>& length, sys_seconds now);

 private:
  void learn_moment(sys_seconds at, std::string_view conn_id,
                    const std::optional<metrics::quantity>& length);
};

// What one answered poll (live) or window (window, day) says.
struct outcome {
  std::uint64_t rows = 0;                                          // rows read, counted or not
  std::map<std::string, std::uint64_t, std::less<>> ignored;       // reason -> rows
  std::map<std::string, std::uint64_t, std::less<>> field_errors;  // field -> unreadable values
  std::optional<metrics::live_table> live;                         // live reports
  std::vector<metrics::settled_series> series;  // ledger reports; see metrics::settlement
  std::vector<metrics::contribution> contributions;
  std::vector<metrics::ledger_row> counted;
  std::set<metrics::identity> strangers;  // day reports: names that no roster has
  bool has_left_out = false;  // rows of strangers: they count when the roster was asked for them
  std::optional<metrics::name_directory> roster;  // `names`: replaces what was known
  metrics::name_directory seen;                   // names that rows carried beside their ids
  std::optional<quota_facts> quota;
  std::set<std::string, std::less<>> statuses_seen;  // `agents`: context's and those of this poll
  dates_told dates;                                  // window reports
  // `skills`: sums over all skills of what reports list one by one.
  std::map<metrics::family_id, double> live_totals;
};

// One poll's rows as they come; made for one poll, used by one pool thread at a time.
class reading {
 public:
  reading() = default;
  reading(const reading&) = delete;
  reading& operator=(const reading&) = delete;
  virtual ~reading() = default;
  // `query` is the index in what queries() returned.
  virtual void row(std::size_t query, const api::row_view& row) = 0;
  // Once, after the last row of the last query.
  virtual outcome finish() = 0;
};

// A collector: a row of the list in all.cpp.
struct definition {
  std::string_view name;
  report_kind kind;
  std::span<const metrics::family_id> families;
  std::vector<api::report_query> (*queries)(const poll_context& context);
  std::unique_ptr<reading> (*begin)(std::shared_ptr<const poll_context> context);
  // Window reports: the live counter that counts what the report lists.
  std::optional<metrics::family_id> listed_live = std::nullopt;
  bool finds_by_name = false;  // its rows bear agents' names without ids: it needs the roster
};

// In order of urgency: agents, skills, campaigns, quota, names, abandoned_calls, hold_mute, calls,
// cdr.
std::span<const definition> all_collectors();
const definition* find_collector(std::string_view name);

}  // namespace wolkvox::collectors
