// The parts of one operation, wired as it wires them, for tests of the parts that work with others.
#pragma once

#include <memory>

#include "exporter/operation/poller.hpp"
#include "tests/unit/operation/stage.hpp"

namespace wolkvox::operation {

struct crew {
  crew(stage& at, config::operation settings)
      : on(at.around(), std::make_shared<const config::operation>(std::move(settings))),
        budget(*on.settings, *on.zone, on.log) {
    requests.begin_day_if_new();
    platform.connect(
        {.gate = [this](const api::report_query& query) { return requests.gate(query); },
         .told = [this](const api::exchange_report& exchange) { requests.exchanged(exchange); }});
    for (const collectors::definition& what : collectors::all_collectors()) {
      if (const auto& how = on.settings->collectors.find(what.name)->second; how.enabled) {
        lane.enlist(what.name);
        collectors.add(what, how);
      }
    }
    requests.stretch_intervals();
  }

  collector_state& of(std::string_view name) { return *collectors.find(name); }

  basis on;
  lane_state lane{on.log};
  request_budget budget;
  roster names{on.people->rule()};
  ledger_access ledger{on};
  operation::platform platform{on};
  bookkeeper kept{on, ledger, budget, names};
  report_books books{on, ledger, names};
  collector_list collectors{on};
  request_flow requests{
      {.on = on, .asked = platform, .lane = lane, .budget = budget, .collectors = collectors}};
};

}  // namespace wolkvox::operation
