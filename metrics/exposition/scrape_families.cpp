// The list.
#include "metrics/exposition/scrape_families.hpp"

#include <algorithm>
#include <array>

namespace wolkvox::metrics {

std::span<const family_id> families_made_per_scrape() {
  static const auto sorted = [] {
    std::array all{family_id::process_cpu_seconds_total,
                   family_id::process_resident_memory_bytes,
                   family_id::process_virtual_memory_bytes,
                   family_id::process_open_fds,
                   family_id::process_max_fds,
                   family_id::process_start_time_seconds,
                   family_id::process_threads,
                   family_id::exporter_tls_handshake_errors_total,
                   family_id::exporter_scrapes_total,
                   family_id::exporter_scrapes_rejected_total,
                   family_id::exporter_scrapes_in_flight};
    std::ranges::sort(all, {}, [](family_id id) { return describe(id).name; });
    return all;
  }();
  return sorted;
}

}  // namespace wolkvox::metrics
