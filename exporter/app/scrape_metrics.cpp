#include "exporter/app/scrape_metrics.hpp"

#include <array>

namespace wolkvox::app {

using metrics::family_id;
using metrics::no_labels;

namespace {

void write(const web::scrape_counts& counts, std::chrono::sys_seconds since,
           const metrics::page_filter& filter, metrics::sink& out) {
  const auto open = [&](family_id id) {
    const bool is_taken = filter.takes_name(metrics::describe(id).name);
    if (is_taken) {
      out.open(id);
    }
    return is_taken;
  };
  const auto counter = [since](std::uint64_t count) {
    return metrics::counter_value{.value = static_cast<double>(count), .started = since};
  };
  if (open(family_id::exporter_scrapes_total)) {
    for (const metrics::form each : metrics::all_forms) {
      const std::array labels{metrics::label{.name = "format", .value = name_of(each.format)},
                              metrics::label{.name = "encoding", .value = name_of(each.encoding)}};
      out.sample(out.block(labels), no_labels,
                 counter(counts.served.at(metrics::form_index(each))));
    }
  }
  if (counts.handshake_errors && open(family_id::exporter_tls_handshake_errors_total)) {
    for (std::size_t i = 0; i < counts.handshake_errors->size(); ++i) {
      const std::array labels{
          metrics::label{.name = "reason", .value = web::handshake_fault_names.at(i)}};
      out.sample(out.block(labels), no_labels, counter(counts.handshake_errors->at(i)));
    }
  }
  if (open(family_id::exporter_scrapes_rejected_total)) {
    out.sample(no_labels, no_labels, counter(counts.rejected));
  }
  if (open(family_id::exporter_scrapes_in_flight)) {
    out.sample(no_labels, no_labels, static_cast<double>(counts.in_flight));
  }
}

}  // namespace

std::shared_ptr<const metrics::recording> scrape_metrics::record(const metrics::page_filter& filter,
                                                                 const web::scrape_counts* counts) {
  metrics::recorder out{created_};
  if (filter.takes_operation("")) {
    process_.write(out, filter);
    if (counts != nullptr) {
      write(*counts, since_, filter, out);
    }
  }
  return out.finish();
}

}  // namespace wolkvox::app
