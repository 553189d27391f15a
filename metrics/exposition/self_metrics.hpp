// The exporter's own families (contract 4.9) but for those that every scrape makes anew
// (scrape_families.hpp): metrics of prometheus-cpp that know our table, and the pages that show
// them, one for each family of an operation, made anew when a series of it changed. Event-loop
// thread only.
#pragma once

#include <chrono>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "metrics/exposition/own_series.hpp"
#include "metrics/exposition/page.hpp"
#include "metrics/exposition/recording.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

class self_metrics {
 public:
  // Tells when a series that is made begins.
  using wall_clock = std::chrono::sys_seconds (*)();

  explicit self_metrics(wall_clock now, created_samples in_openmetrics = created_samples::left_out)
      : now_(now), created_(in_openmetrics) {}

  // The series with these labels, made at 0 when it is new. `labels` are the family's own, all of
  // them and in the table's order; anything else, or a family of another type, throws
  // std::logic_error. Keep the reference; one with the label `operation` is valid until
  // remove_operation or remove_collector. Histograms have the table's buckets.
  own_counter& counter(family_id id, std::initializer_list<label> labels);
  own_gauge& gauge(family_id id, std::initializer_list<label> labels);
  own_histogram& histogram(family_id id, std::initializer_list<label> labels);

  // After a reload without this operation, or with this collector of it off.
  void remove_operation(std::string_view operation);
  void remove_collector(std::string_view operation, std::string_view collector);

  // Of each operation with a series that is new or changed since this was last asked: all its
  // pages. Those that did not change are the same objects as before.
  std::vector<operation_pages> take_changed();

 private:
  using label_values = std::vector<std::string>;  // in the order of the family's table
  struct display_order {
    bool operator()(const label_values& a, const label_values& b) const;
  };
  template <class Series>
  using series_map = std::map<label_values, Series, display_order>;
  using any_series =
      std::variant<series_map<own_counter>, series_map<own_gauge>, series_map<own_histogram>>;
  struct own_family {
    outdated_mark mark;
    any_series series;
    std::shared_ptr<const page> shown;
  };
  using own_families = std::map<family_id, own_family>;

  template <class Series, class... Arguments>
  Series& series(family_id id, std::initializer_list<label> labels, const Arguments&... arguments);
  void renew(own_families& families) const;

  wall_clock now_;
  created_samples created_;
  std::map<std::string, own_families, std::less<>> operations_;  // "": what belongs to none
  bool any_outdated_ = false;
};

}  // namespace wolkvox::metrics
