// The reports' rows: fields, spellings and forms of wolkvox-api.md sections 5 and 6, from the
// centre's state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "tests/simulator/centre.hpp"
#include "tests/simulator/quota.hpp"
#include "tests/simulator/row_writer.hpp"

namespace wolkvox::simulator {

struct report_request {
  // Both ends included (assumed: wolkvox-api.md 3.2).
  sys_seconds from{};
  sys_seconds to{};
  std::optional<std::uint32_t> skill_id;  // nothing: all
  std::int64_t services_time = 0;
  std::optional<fault_kind> odd;
  bool totals_row = false;
  std::size_t row_cap = 60'000;
  const quota* spent = nullptr;  // never null when asked for token_info
};

using report = written_rows (*)(const centre&, const report_request&);

written_rows live_agents(const centre& what, const report_request& request);
written_rows live_skills(const centre& what, const report_request& request);
written_rows live_campaigns(const centre& what, const report_request& request);

written_rows abandoned_calls(const centre& what, const report_request& request);  // skill_2
written_rows hold_mute(const centre& what, const report_request& request);        // agent_9
written_rows agents_detail(const centre& what, const report_request& request);
written_rows call_details(const centre& what, const report_request& request);  // cdr_1

written_rows agent_list(const centre& what, const report_request& request);
written_rows skill_list(const centre& what, const report_request& request);
written_rows campaign_list(const centre& what, const report_request& request);
written_rows token_info(const centre& what, const report_request& request);

// cdr_1 names a routing point where no agent was on the call (wolkvox-api.md 5.5).
constexpr std::uint32_t routing_point = 90'001;

}  // namespace wolkvox::simulator
