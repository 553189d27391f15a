// The families that every scrape makes anew (metrics/exposition/scrape_families.hpp): the process's
// figures and the web server's counts. Event-loop thread only.
#pragma once

#include <chrono>
#include <memory>

#include "exporter/web/server.hpp"
#include "metrics/exposition/process_metrics.hpp"
#include "metrics/exposition/recording.hpp"

namespace wolkvox::app {

class scrape_metrics {
 public:
  // `since`: when the server's counts were 0.
  scrape_metrics(std::chrono::sys_seconds since, metrics::created_samples in_openmetrics)
      : since_(since), created_(in_openmetrics) {}

  // What the filter takes of them as they are now; `counts` is null where no server runs.
  std::shared_ptr<const metrics::recording> record(const metrics::page_filter& filter,
                                                   const web::scrape_counts* counts);

 private:
  metrics::process_metrics process_;
  std::chrono::sys_seconds since_;
  metrics::created_samples created_;
};

}  // namespace wolkvox::app
