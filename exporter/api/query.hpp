// One question to the API: which file, which report, which parameters (wolkvox-api.md 1).
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "exporter/api/row.hpp"

namespace wolkvox::api {

struct report_query {
  std::string file;  // "reports_manager.php"
  std::string api;   // "cdr_1"
  // Without `api`, in the order they are sent.
  std::vector<std::pair<std::string, std::string>> parameters;
  const report_schema* schema = nullptr;          // static, or kept by schema_owner
  std::shared_ptr<const void> schema_owner = {};  // for a schema with configured spellings
  std::string collector = {};                     // who asks: for metrics, never sent
};

// "reports_manager.php?api=cdr_1&date_ini=20261121000000&…": every parameter percent-encoded, '+'
// too.
std::string target(const report_query& query);

}  // namespace wolkvox::api
