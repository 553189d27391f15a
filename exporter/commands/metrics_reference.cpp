#include "exporter/commands/metrics_reference.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "metrics/families.hpp"

namespace wolkvox::commands {

namespace {

std::string_view in_words(metrics::metric_type type) {
  switch (type) {
    case metrics::metric_type::counter:
      return "counter";
    case metrics::metric_type::gauge:
      return "gauge";
    case metrics::metric_type::histogram:
      return "histogram";
  }
  return "";
}

// What a reader must know to use rate() and absent() well.
std::string_view in_words(metrics::lifetime kept, metrics::metric_type type) {
  switch (kept) {
    case metrics::lifetime::live:
      return type == metrics::metric_type::counter
                 ? "live; restarts when the platform restarts it (daily); withdrawn when stale"
                 : "live; withdrawn when stale";
    case metrics::lifetime::ledger:
      return "ledger; survives restarts, never falls";
    case metrics::lifetime::self:
      return "about the exporter";
  }
  return "";
}

}  // namespace

std::string metrics_reference() {
  std::string text =
      "# Metrics reference\n\n"
      "Made by `wolkvox_exporter metrics`; do not edit by hand.\n";
  for (const metrics::family& each : metrics::all_families()) {
    fmt::format_to(std::back_inserter(text), "\n## `{}`\n\n{}\n\n- Type: {}", each.name, each.help,
                   in_words(each.type));
    if (!each.unit.empty()) {
      fmt::format_to(std::back_inserter(text), ", in {}", each.unit);
    }
    fmt::format_to(std::back_inserter(text), "\n- Kept: {}\n", in_words(each.kept, each.type));
    if (!each.labels.empty()) {
      fmt::format_to(std::back_inserter(text), "- Labels: `{}`\n", fmt::join(each.labels, "`, `"));
    }
    if (!each.buckets.empty()) {
      fmt::format_to(std::back_inserter(text), "- Buckets: {}{}\n", fmt::join(each.buckets, " "),
                     each.kept == metrics::lifetime::ledger ? "; in protobuf native ones too" : "");
    }
    if (!each.source.empty()) {
      fmt::format_to(std::back_inserter(text), "- From: `{}`\n", each.source);
    }
  }
  return text;
}

}  // namespace wolkvox::commands
