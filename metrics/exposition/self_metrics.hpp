// The exporter's own families (contract 4.9, without process_*): a prometheus-cpp registry that
// knows our table. The references it hands out are updated from any thread; everything else is
// called on the event-loop thread. Encoded for each scrape: a thousand series, not millions, read
// one by one where Registry::Collect would copy every label of each.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "metrics/exposition/page.hpp"
#include "metrics/exposition/sink.hpp"

namespace wolkvox::metrics {

class self_metrics {
 public:
  // The series with these labels, made at 0 when it is new. `labels` are the family's own, all of
  // them and in the table's order; anything else, or a family of another type, throws
  // std::logic_error. Keep the reference; one with the label `operation` is valid until
  // remove_operation. Histograms have the table's buckets.
  prometheus::Counter& counter(family_id id, std::initializer_list<label> labels);
  prometheus::Gauge& gauge(family_id id, std::initializer_list<label> labels);
  prometheus::Histogram& histogram(family_id id, std::initializer_list<label> labels);

  // After a reload without this operation, or with this collector of it off.
  void remove_operation(std::string_view operation);
  void remove_collector(std::string_view operation, std::string_view collector);
  // --web.disable-exporter-metrics: kept, never shown.
  void hide(family_id id);

  // All of them as they are now, filtered: for a scrape's own part (assembly::body).
  page_set pages(const page_filter& filter) const;

 private:
  using label_values = std::vector<std::string>;  // in the order of the family's table
  struct display_order {
    bool operator()(const label_values& a, const label_values& b) const;
  };
  template <class Metric>
  struct registered {
    prometheus::Family<Metric>* family = nullptr;
    std::map<label_values, Metric*, display_order> series;
  };
  using any_registered =
      std::variant<std::monostate, registered<prometheus::Counter>, registered<prometheus::Gauge>,
                   registered<prometheus::Histogram>>;

  void remove(std::initializer_list<label> first);
  template <class Metric, class... Arguments>
  Metric& series(family_id id, std::initializer_list<label> labels, const Arguments&... arguments);

  prometheus::Registry registry_;
  std::array<any_registered, std::to_underlying(family_id::count_)> families_;
  std::array<bool, std::to_underlying(family_id::count_)> hidden_{};
};

}  // namespace wolkvox::metrics
