// A poll for tests: a context to adjust, and answers fed through the real decoder into a collector.
// What came out is shown as lines of text, as /metrics would write them without the operation.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/collectors/collector.hpp"

namespace wolkvox::collectors {

// 2026-11-21 12:00:00 in Bogota.
sys_seconds noon();

struct sample_poll {
  sample_poll();

  // Adjust before reading.
  config::operation operation;
  metrics::name_directory names;
  config::agent_names agents_shown = config::agent_names::show;
  config::people who = config::people::each;
  std::string zone = "America/Bogota";
  poll_context context;

  std::shared_ptr<const poll_context> made() const;
  // One answer per query of the collector, each a whole body.
  outcome read(std::string_view collector, const std::vector<std::string>& answers) const;
  // An envelope around rows: {"agent_id":"1"},{…}
  outcome read_rows(std::string_view collector, std::string_view rows) const;
  std::vector<api::report_query> queries(std::string_view collector) const;
};

std::string envelope(std::string_view rows);

// name{labels} value, in the order of the table; absent cells are not there.
std::vector<std::string> live_lines(const outcome& result);
// name{labels} amount, what each contribution adds, in the order of the rows.
std::vector<std::string> contribution_lines(const outcome& result);
// name{labels} 0
std::string key_line(const metrics::settled_series& series);
// contribution_lines of one counted row.
std::vector<std::string> row_lines(const outcome& result, std::size_t row);

}  // namespace wolkvox::collectors
