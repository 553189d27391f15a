// From a collector's settings to what its polls go by, and from an answer to what the ledger takes.
// Pure: the model test settles as the program does.
#pragma once

#include "config/config.hpp"
#include "exporter/collectors/collector.hpp"
#include "exporter/poll/report_poll.hpp"
#include "metrics/next_pages.hpp"

namespace wolkvox::operation {

using std::chrono::sys_seconds;

// The same moment by our clock and by the platform's.
struct moment {
  sys_seconds wall{};
  sys_seconds platform{};
};

poll::report_settings settings_of(const collectors::definition& what,
                                  const config::collector_settings& how, sys_seconds wall);

// Everything that one answer changes. Empties `told` of its rows.
metrics::settlement settlement_of(collectors::outcome& told, const poll::settlement_terms& terms,
                                  const metrics::book_owner& whose, const date::time_zone& zone,
                                  moment now);

}  // namespace wolkvox::operation
