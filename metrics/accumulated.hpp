// What accumulates: the ledger's counters and histograms of one collector of one operation, in a
// prometheus-cpp registry, and the rule under which Prometheus gets to see them (contract 5.3): a
// series that is new is shown at 0 first, and at its value only when published pages have shown the
// 0 for two scrapes of a minute. Who scrapes meanwhile does not matter: there may be several.
//
// One thread at a time owns an object (the pool task that settles and encodes). After each
// settlement, and again at the instant that the last publication told:
//
//   apply(settled.changed)                      what the ledger now holds
//   use_names(names)                            what the labels are to show
//   change = rename_due(now)
//   ledger.rename(change), then rename()        kept first: a restart must show the same names
//   keys = keys_to_show(now)                    what may show its growth
//   ledger.mark_shown(keys), then show(keys)    kept first: a restart must not show them at 0 again
//   left = retirement_due(terms, now)
//   ledger.retire(left), then retire(left)      kept first: a restart must not show them
//   pages(), publish, pages_published(now)
//
// A series is kept by its ids; names are put beside them when pages are written. To Prometheus a
// renamed agent, skill or campaign is a new series: what the old one did not show while it was
// scraped, or what both show growing, is an increase lost or counted twice. So the old one stands
// still until pages have shown for as long where, the new one begins there and not at 0, and what
// it grows by waits under the rule above.
#pragma once

#include <prometheus/registry.h>

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
#include "metrics/retirement.hpp"

namespace wolkvox::metrics {

class accumulated {
 public:
  using instant = std::chrono::steady_clock::time_point;
  // What the label `agent` holds for an id and its name (agent_names: show, hash, hide).
  using agent_label = std::function<std::string(std::string_view id, std::string_view name)>;

  // How long pages show what is new at its first value.
  static constexpr std::chrono::seconds first_showing{130};

  // `series_limit` bounds the exposed lines; a histogram has one per bucket, and its sum and count.
  // `told_apart`: whose labels the configuration keeps; series with others cannot grow any more.
  accumulated(std::string operation, std::uint64_t series_limit, agent_label label,
              created_samples in_openmetrics = created_samples::left_out,
              instant::duration showing = first_showing,
              std::vector<named_thing> told_apart = {every_named_thing.begin(),
                                                     every_named_thing.end()});

  // Both take series as they now stand and answer how many lines were refused for the limit.
  // restore() is for the ledger's state at start: what was shown before the restart is shown at
  // once, under the same names, and admitted first. Throws std::logic_error when a total fell: the
  // ledger's totals never do.
  std::uint64_t restore(const std::vector<series_state>& states, const name_directory& names);
  std::uint64_t apply(const std::vector<series_state>& changed);

  // The names that labels are to show; of an id that has none here the former stays.
  void use_names(const std::shared_ptr<const name_directory>& names);
  // The names that pages may show from now on, and the series that go on under them.
  std::optional<renaming> rename_due(instant now) const;
  void rename();

  // Series whose growth waits and may now be shown.
  std::vector<series_key> keys_to_show(instant now) const;
  void show(const std::vector<series_key>& keys);
  // Series that can no longer grow and stand where pages have shown them for long enough; of those
  // with labels that are not made any more also those whose room is wanted.
  std::vector<series_stand> retirement_due(const retirement_terms& terms, instant now) const;
  void retire(const std::vector<series_stand>& left);
  // For pages that are looked at once: all values, under the last names, with nothing held back.
  void show_all();

  page_set pages();
  // The pages last made can be scraped since `now`. Answers when something that waits may be shown.
  std::optional<instant> pages_published(instant now);

 private:
  // Display order: by family, then label by label.
  struct display_order {
    bool operator()(const series_key& a, const series_key& b) const;
  };

  struct presented {
    accumulated_series series;
    std::uint64_t lines = 0;
    bool made = true;  // the configuration still makes such
    sys_seconds grown{};
    bool shown = false;              // growth is exposed at once
    bool renames = false;            // stands still until it shows other names
    std::optional<instant> offered;  // since when published pages show its present line

    bool waits() const { return !shown && !renames && series.is_ahead(); }
  };

  using series_map = std::map<series_key, presented, display_order>;

  std::uint64_t take(const series_state& state);
  bool was_offered(const presented& what, instant now) const;
  bool may_leave(const series_key& key, const presented& what, const retirement_terms& terms) const;
  std::optional<instant> next_showing() const;
  void expose_shown();
  void write(sink& out) const;

  std::string operation_;
  std::uint64_t series_limit_;
  agent_label agent_label_;
  created_samples created_;
  instant::duration showing_;
  std::vector<named_thing> told_apart_;
  std::shared_ptr<const name_directory> names_;       // that pages show
  std::shared_ptr<const name_directory> next_names_;  // that they are to show; none: the same
  std::shared_ptr<const name_directory> given_names_;
  prometheus::Registry registry_;
  series_map series_;
  std::uint64_t lines_ = 0;  // of what the configuration makes, and of what it does not
  std::uint64_t lines_not_made_ = 0;
};

}  // namespace wolkvox::metrics
