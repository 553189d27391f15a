// What accumulates: the ledger's counters and histograms of one collector of one operation, in a
// prometheus-cpp registry, and the rule under which Prometheus gets to see them (contract 5.3): a
// series that no scrape has seen is shown at 0 first, and at its value only once a scrape that
// showed the 0 was served, or a minute has passed.
//
// One thread at a time owns an object (the pool task that settles and encodes); only
// scrape_served() and holds_back() may be called from any thread meanwhile. After each settlement,
// and again after a served scrape while holds_back():
//
//   apply(settled.changed)                      what the ledger now holds
//   use_names(names)                            what the labels show from now on
//   keys = keys_to_show(now)                    what may show its growth
//   ledger.mark_shown(keys), then show(keys)    kept first: a restart must not show them at 0 again
//   pages(), publish, pages_published(now)
//
// A series is kept by its ids; names are put beside them when pages are written. To Prometheus a
// renamed agent, skill or campaign is a new series. It starts at the value that the old one had
// reached, not at 0, and what it grows by waits under the same rule, so no increase is lost between
// the two.
#pragma once

#include <prometheus/registry.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/accumulated_series.hpp"
#include "metrics/exposition/page.hpp"
#include "metrics/exposition/recording.hpp"
#include "metrics/exposition/sink.hpp"
#include "metrics/ledger/ledger.hpp"
#include "metrics/names.hpp"

namespace wolkvox::metrics {

class accumulated {
 public:
  using instant = std::chrono::steady_clock::time_point;
  // What the label `agent` holds for an id and its name (agent_names: show, hash, hide).
  using agent_label = std::function<std::string(std::string_view id, std::string_view name)>;

  // How long a value waits for a scrape to show its 0.
  static constexpr std::chrono::minutes longest_hold{1};

  // `series_limit` bounds the exposed lines; a histogram has one per bucket, and its sum and count.
  accumulated(std::string operation, std::uint64_t series_limit, agent_label label,
              created_samples in_openmetrics = created_samples::left_out);

  // Both take series as they now stand and answer how many lines were refused for the limit.
  // restore() is for the ledger's state at start: what was shown before the restart is shown at
  // once, and admitted first. Throws std::logic_error when a total fell: the ledger's totals never
  // do.
  std::uint64_t restore(const std::vector<series_state>& states);
  std::uint64_t apply(const std::vector<series_state>& changed);

  // The names on the pages to come. Those given before the first pages rename nothing.
  void use_names(std::shared_ptr<const name_directory> names);

  // Series whose growth waits and may now be shown.
  std::vector<series_key> keys_to_show(instant now) const;
  void show(const std::vector<series_key>& keys);

  page_set pages();
  // The pages last made can be scraped since `now`.
  void pages_published(instant now);
  // A scrape that had gathered every page of this collector (no filter left one out) at `gathered`
  // was written to its last byte.
  void scrape_served(instant gathered);

  // Some growth waits to be shown.
  bool holds_back() const { return held_back_.load(std::memory_order_relaxed) != 0; }
  // When the first of them may be shown although no scrape comes; nothing when none waits on a
  // published page.
  std::optional<instant> hold_ends() const;

 private:
  enum class stage : std::uint8_t {
    born,     // on no page yet, at least not under its present names
    encoded,  // on pages that are made but not published
    offered,  // on published pages
    shown,    // seen, as far as anyone can tell: growth is exposed at once
  };

  // Display order: by family, then label by label.
  struct display_order {
    bool operator()(const series_key& a, const series_key& b) const;
  };

  struct presented {
    accumulated_series series;
    stage at = stage::born;
    instant offered_at;
  };

  using series_map = std::map<series_key, presented, display_order>;

  std::uint64_t take(const series_state& state);
  bool may_be_shown(const presented& of, instant now) const;
  void expose_shown();
  void count_held_back();
  void write(sink& out) const;

  std::string operation_;
  std::uint64_t series_limit_;
  agent_label agent_label_;
  created_samples created_;
  std::shared_ptr<const name_directory> names_;  // of the last pages, or of the next
  prometheus::Registry registry_;
  series_map series_;
  std::vector<series_map::value_type*> unshown_;
  std::uint64_t lines_ = 0;
  std::atomic<std::size_t> held_back_ = 0;
  std::atomic<instant::rep> last_served_;  // when the latest served scrape had gathered
};

}  // namespace wolkvox::metrics
