// The families that every scrape makes anew (metrics/exposition/scrape_families.hpp): the process's
// figures and the web server's counts. Event-loop thread only.
#pragma once

#include <memory>

#include "exporter/web/server.hpp"
#include "metrics/exposition/process_metrics.hpp"
#include "metrics/exposition/recording.hpp"

namespace wolkvox::app {

class scrape_metrics {
 public:
  // What the filter takes of them as they are now; `counts` is null where no server runs.
  std::shared_ptr<const metrics::recording> record(const metrics::page_filter& filter,
                                                   const web::scrape_counts* counts);

 private:
  metrics::process_metrics process_;
};

}  // namespace wolkvox::app
