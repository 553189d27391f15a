// Every metric family of the exporter, in one table (contract section 4): encoders, the reference,
// the dashboards' checks and the tests read it. Add a family here and nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wolkvox::metrics {

enum class metric_type : std::uint8_t { counter, gauge, histogram };

// live: replaced whole by each poll and withdrawn when stale. ledger: kept by the exporter, never
// falls, never vanishes. self: about the exporter.
enum class lifetime : std::uint8_t { live, ledger, self };

// In the order of the table. A counter's name carries its _total.
enum class family_id : std::uint16_t {
  // 4.1 agents
  agent_status,
  agent_status_seconds,
  agent_calls_total,
  agent_talk_seconds_total,
  agent_ready_seconds_total,
  agent_acw_seconds_total,
  agent_ring_seconds_total,
  agent_aux_seconds_total,
  agent_login_seconds_total,
  agent_average_handle_seconds,
  agent_occupancy_ratio,
  agents,
  // 4.2 skills
  skill_queue_calls,
  skill_offered_calls_total,
  skill_answered_calls_total,
  skill_abandoned_calls_total,
  skill_service_level_ratio,
  skill_abandonment_ratio,
  // 4.3 campaigns
  campaign_running,
  campaign_speed,
  campaign_records,
  campaign_clean_records,
  campaign_calls_per_minute,
  campaign_dialled_calls_total,
  campaign_hits_total,
  campaign_results_total,
  campaign_penetration_ratio,
  campaign_recycled_total,
  // 4.4 abandoned_calls
  abandoned_calls_total,
  abandoned_call_wait_seconds,
  // 4.5 hold_mute
  agent_hold_mute_uses_total,
  agent_hold_seconds_total,
  agent_mute_seconds_total,
  // 4.6 calls
  calls_total,
  call_duration_seconds,
  call_codes_total,
  // 4.7 cdr
  cdr_calls_total,
  cdr_talk_seconds_total,
  cdr_billed_seconds_total,
  cdr_cost_total,
  // 4.8 quota
  quota_limit_requests,
  quota_used_requests,
  quota_remaining_requests,
  budget_remaining_requests,
  quota_reset_timestamp_seconds,
  // 4.9 about the exporter
  up,
  poll_interval_seconds,
  poll_duration_seconds,
  poll_last_attempt_timestamp_seconds,
  poll_last_success_timestamp_seconds,
  window_end_timestamp_seconds,
  newest_row_timestamp_seconds,
  unreadable_seconds_total,
  clock_suspect,
  catch_up_remaining_seconds,
  budget_spent_requests,
  platform_clock_skew_seconds,
  rows_total,
  rows_late_total,
  rows_duplicate_total,
  rows_revised_total,
  rows_ignored_total,
  field_errors_total,
  windows_truncated_total,
  series_dropped_total,
  api_requests_total,
  api_errors_total,
  api_request_duration_seconds,
  api_response_bytes,
  ledger_writable,
  ledger_errors_total,
  ledger_size_bytes,
  exporter_build_info,
  exporter_config_last_reload_successful,
  exporter_config_last_reload_success_timestamp_seconds,
  exporter_log_lines_dropped_total,
  exporter_tls_handshake_errors_total,
  exporter_scrapes_total,
  exporter_scrapes_rejected_total,
  exporter_scrapes_in_flight,
  process_cpu_seconds_total,
  process_resident_memory_bytes,
  process_virtual_memory_bytes,
  process_open_fds,
  process_max_fds,
  process_start_time_seconds,
  process_threads,
  count_  // number of families, not a family
};

struct family {
  family_id id;
  std::string_view name;  // as exposed: "wolkvox_calls_total"
  metric_type type;
  std::string_view
      unit;  // OpenMetrics UNIT, a suffix of the name before _total: "seconds"; "" for none
  std::string_view help;                     // one sentence, with how fresh it is
  std::span<const std::string_view> labels;  // all of them, in the order they are written
  std::string_view source;  // "real_time.php?api=agents: agent_status"; "" for the exporter's own
  lifetime kept;
  std::span<const double> buckets;  // histograms: default upper bounds without +Inf
};

// The whole table, in the order of family_id.
std::span<const family> all_families();
const family& describe(family_id id);
std::optional<family_id> find_family(std::string_view name);

}  // namespace wolkvox::metrics
