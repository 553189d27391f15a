// The table of families.hpp, and the checks that keep it a table: order, names, units. A name here
// is the interface users build on (contract section 4).
#include "metrics/families.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "metrics/family_rows.hpp"

namespace wolkvox::metrics {

namespace {

using namespace family_rows;  // the words of the table

constexpr std::array wait_buckets{5.0,  10.0, 15.0,  20.0,  25.0,  30.0,  45.0,
                                  60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 600.0};

using enum family_id;

constexpr std::array<family, std::to_underlying(count_)> table{{
    // 4.1 agents
    row(agent_status, live_gauge, "wolkvox_agent_status", "", by_agent_status,
        "real_time.php?api=agents: agent_status",
        "State the agent is in, always 1, as of the last poll of agents."),
    row(agent_status_seconds, live_gauge, "wolkvox_agent_status_seconds", "seconds", by_agent,
        "real_time.php?api=agents: time_state_now",
        "Time the agent has been in the present state, as of the last poll of agents."),
    row(agent_calls_total, live_counter, "wolkvox_agent_calls_total", "calls", by_agent_direction,
        "real_time.php?api=agents: inbound, outbound, internal",
        "Calls of the agent today as the platform counts them, as of the last poll of agents."),
    row(agent_talk_seconds_total, live_counter, "wolkvox_agent_talk_seconds_total", "seconds",
        by_agent_direction, "real_time.php?api=agents: inbound_time, outbound_time",
        "Time the agent has talked today, as of the last poll of agents."),
    row(agent_ready_seconds_total, live_counter, "wolkvox_agent_ready_seconds_total", "seconds",
        by_agent, "real_time.php?api=agents: ready_time",
        "Time the agent has been ready for calls today, as of the last poll of agents."),
    row(agent_acw_seconds_total, live_counter, "wolkvox_agent_acw_seconds_total", "seconds",
        by_agent, "real_time.php?api=agents: acw_time",
        "Time the agent has spent in after-call work today, as of the last poll of agents."),
    row(agent_ring_seconds_total, live_counter, "wolkvox_agent_ring_seconds_total", "seconds",
        by_agent, "real_time.php?api=agents: ring_time",
        "Time calls have rung at the agent today, as of the last poll of agents."),
    row(agent_aux_seconds_total, live_counter, "wolkvox_agent_aux_seconds_total", "seconds",
        by_agent, "real_time.php?api=agents: aux_time",
        "Time the agent has spent in auxiliary states (pauses) today, as of the last poll of "
        "agents."),
    row(agent_login_seconds_total, live_counter, "wolkvox_agent_login_seconds_total", "seconds",
        by_agent, "real_time.php?api=agents: login_time",
        "Time the agent has been logged in today, as of the last poll of agents."),
    row(agent_average_handle_seconds, live_gauge, "wolkvox_agent_average_handle_seconds", "seconds",
        by_agent, "real_time.php?api=agents: aht_time",
        "Average handle time of the agent today as the platform computes it, as of the last poll "
        "of agents."),
    row(agent_occupancy_ratio, live_gauge, "wolkvox_agent_occupancy_ratio", "ratio", by_agent,
        "real_time.php?api=agents: ocupation",
        "Occupancy of the agent today (1 is 100 %) as the platform computes it, as of the last "
        "poll of agents."),
    row(agents, live_gauge, "wolkvox_agents", "", by_operation_status,
        "real_time.php?api=agents: agent_status",
        "Number of agents in each state, 0 for a state nobody is in any more, as of the last poll "
        "of agents."),
    // 4.2 skills
    row(skill_queue_calls, live_gauge, "wolkvox_skill_queue_calls", "calls", by_skill,
        "real_time.php?api=skills: calls_in_queue_now",
        "Calls waiting in the queue of the skill, as of the last poll of skills."),
    row(skill_offered_calls_total, live_counter, "wolkvox_skill_offered_calls_total", "calls",
        by_skill, "real_time.php?api=skills: stat_inbound",
        "Calls that have come to the skill today, as of the last poll of skills."),
    row(skill_answered_calls_total, live_counter, "wolkvox_skill_answered_calls_total", "calls",
        by_skill, "real_time.php?api=skills: stat_answer",
        "Calls of the skill answered today, as of the last poll of skills."),
    row(skill_abandoned_calls_total, live_counter, "wolkvox_skill_abandoned_calls_total", "calls",
        by_skill, "real_time.php?api=skills: stat_abandon",
        "Calls of the skill abandoned today, as of the last poll of skills."),
    row(skill_service_level_ratio, live_gauge, "wolkvox_skill_service_level_ratio", "ratio",
        by_skill_threshold, "real_time.php?api=skills: service_level_10seg, _20seg, _30seg, _XXseg",
        "Share of the skill's calls answered within the threshold in seconds today (1 is 100 %), "
        "as of the last poll of skills."),
    row(skill_abandonment_ratio, live_gauge, "wolkvox_skill_abandonment_ratio", "ratio", by_skill,
        "real_time.php?api=skills: by_abandon",
        "Share of the skill's calls abandoned today (1 is 100 %), as of the last poll of skills."),
    // 4.3 campaigns
    row(campaign_running, live_gauge, "wolkvox_campaign_running", "", by_campaign,
        "real_time.php?api=campaigns: status",
        "Whether the campaign is started (1) or stopped (0), as of the last poll of campaigns."),
    row(campaign_speed, live_gauge, "wolkvox_campaign_speed", "", by_campaign,
        "real_time.php?api=campaigns: speed",
        "Dialling speed set for the campaign, as of the last poll of campaigns."),
    row(campaign_records, live_gauge, "wolkvox_campaign_records", "records", by_campaign,
        "real_time.php?api=campaigns: records",
        "Records in the list of the campaign, as of the last poll of campaigns."),
    row(campaign_clean_records, live_gauge, "wolkvox_campaign_clean_records", "records",
        by_campaign, "real_time.php?api=campaigns: clean",
        "Records of the campaign not yet dialled, as of the last poll of campaigns."),
    row(campaign_calls_per_minute, live_gauge, "wolkvox_campaign_calls_per_minute", "", by_campaign,
        "real_time.php?api=campaigns: calls_x_min",
        "Calls the campaign dials per minute, as of the last poll of campaigns."),
    row(campaign_dialled_calls_total, live_counter, "wolkvox_campaign_dialled_calls_total", "calls",
        by_campaign, "real_time.php?api=campaigns: dial",
        "Calls the campaign has dialled, as of the last poll of campaigns."),
    row(campaign_hits_total, live_counter, "wolkvox_campaign_hits_total", "hits", by_campaign,
        "real_time.php?api=campaigns: hits",
        "Successes (hits) of the campaign, as of the last poll of campaigns."),
    row(campaign_results_total, live_counter, "wolkvox_campaign_results_total", "results",
        by_campaign_result,
        "real_time.php?api=campaigns: answer, no_answer, busy/congestion/failed, answer_machine",
        "Calls of the campaign by result, as of the last poll of campaigns."),
    row(campaign_penetration_ratio, live_gauge, "wolkvox_campaign_penetration_ratio", "ratio",
        by_campaign_window, "real_time.php?api=campaigns: penetration_day, penetration_now",
        "Penetration of the campaign's list for the day and now (1 is 100 %), as of the last poll "
        "of campaigns."),
    row(campaign_recycled_total, live_counter, "wolkvox_campaign_recycled_total", "", by_campaign,
        "real_time.php?api=campaigns: recycled",
        "Records the campaign has put back to be dialled again, as of the last poll of campaigns."),
    // 4.4 abandoned_calls
    row(abandoned_calls_total, ledger_counter, "wolkvox_abandoned_calls_total", "calls",
        by_skill_interaction, "reports_manager.php?api=skill_2: one row a call",
        "Abandoned calls, each counted once when the report first lists it, usually within 20 "
        "minutes; a new series shows 0 for 130 s first."),
    row(abandoned_call_wait_seconds, ledger_histogram, "wolkvox_abandoned_call_wait_seconds",
        "seconds", by_skill, "reports_manager.php?api=skill_2: abandon_time",
        "Wait of abandoned calls until the caller gave up, observed once when the report first "
        "lists the call, usually within 20 minutes; a new series shows 0 for 130 s first.",
        wait_buckets),
    // 4.5 hold_mute
    row(agent_hold_mute_uses_total, ledger_counter, "wolkvox_agent_hold_mute_uses_total", "uses",
        by_agent, "reports_manager.php?api=agent_9: count",
        "Times the agent has used hold or mute, as the day report grows, usually within 20 "
        "minutes; a new series shows 0 for 130 s first."),
    row(agent_hold_seconds_total, ledger_counter, "wolkvox_agent_hold_seconds_total", "seconds",
        by_agent, "reports_manager.php?api=agent_9: hold_time",
        "Time the agent has kept callers on hold, as the day report grows, usually within 20 "
        "minutes; a new series shows 0 for 130 s first."),
    row(agent_mute_seconds_total, ledger_counter, "wolkvox_agent_mute_seconds_total", "seconds",
        by_agent, "reports_manager.php?api=agent_9: mute_time",
        "Time the agent has been muted, as the day report grows, usually within 20 minutes; a new "
        "series shows 0 for 130 s first."),
    // 4.6 calls
    row(calls_total, ledger_counter, "wolkvox_calls_total", "calls", by_call,
        "customer.php?api=agents_detail: one row a call",
        "Calls handled by agents, each counted once when the report first lists it, usually within "
        "20 minutes; a new series shows 0 for 130 s first."),
    row(call_duration_seconds, ledger_histogram, "wolkvox_call_duration_seconds", "seconds",
        by_duration, "customer.php?api=agents_detail: duration",
        "Duration of calls handled by agents, observed once when the report first lists the call, "
        "usually within 20 minutes; a new series shows 0 for 130 s first.",
        duration_buckets),
    row(call_codes_total, ledger_counter, "wolkvox_call_codes_total", "codes", by_codes,
        "customer.php?api=agents_detail: cod_act, cod_act_2",
        "Calls by classification codes, each counted once when its codes have settled, half an "
        "hour after the call by default; a new series shows 0 for 130 s first."),
    // 4.7 cdr
    row(cdr_calls_total, ledger_counter, "wolkvox_cdr_calls_total", "calls", by_call,
        "reports_manager.php?api=cdr_1: one row a call",
        "Connected or classified calls, each counted once when the report first lists it, usually "
        "within 25 minutes; a new series shows 0 for 130 s first."),
    row(cdr_talk_seconds_total, ledger_counter, "wolkvox_cdr_talk_seconds_total", "seconds",
        by_call_interaction, "reports_manager.php?api=cdr_1: time_seg",
        "Duration of connected or classified calls, each counted once when the report first lists "
        "it, usually within 25 minutes; a new series shows 0 for 130 s first."),
    row(cdr_billed_seconds_total, ledger_counter, "wolkvox_cdr_billed_seconds_total", "seconds",
        by_call_interaction, "reports_manager.php?api=cdr_1: time_min x 60",
        "Billed time of calls, in whole minutes as the platform rounds them, each counted once "
        "when the report first lists it, usually within 25 minutes; a new series shows 0 for 130 s "
        "first."),
    row(cdr_cost_total, ledger_counter, "wolkvox_cdr_cost_total", "", by_call_cost,
        "reports_manager.php?api=cdr_1: cost",
        "Cost of calls in the operation's currency, each counted once when the report first lists "
        "it, usually within 25 minutes; a new series shows 0 for 130 s first."),
    // 4.8 quota
    row(quota_limit_requests, live_gauge, "wolkvox_quota_limit_requests", "requests", by_operation,
        "information.php?api=token_info",
        "API requests the operation may make a day, all tokens together, as of the last poll of "
        "quota."),
    row(quota_used_requests, live_gauge, "wolkvox_quota_used_requests", "requests", by_operation,
        "information.php?api=token_info",
        "API requests the operation has made today, all tokens together, as of the last poll of "
        "quota."),
    row(quota_remaining_requests, live_gauge, "wolkvox_quota_remaining_requests", "requests",
        by_operation, "information.php?api=token_info",
        "API requests the operation has left today, all tokens together, as of the last poll of "
        "quota."),
    row(budget_remaining_requests, live_gauge, "wolkvox_budget_remaining_requests", "requests",
        by_operation, "information.php?api=token_info, licences, budget.reserve",
        "API requests the exporter may still make today without touching the reserve, as of now."),
    row(quota_reset_timestamp_seconds, live_gauge, "wolkvox_quota_reset_timestamp_seconds",
        "seconds", by_operation, "the operation's time zone",
        "Unix time at which the daily quota is expected to start anew, as of now."),
    // 4.9 about the exporter
    row(up, self_gauge, "wolkvox_up", "", by_collector, "",
        "Whether the last poll of the collector succeeded (1) or failed (0), as of now."),
    row(poll_interval_seconds, self_gauge, "wolkvox_poll_interval_seconds", "seconds", by_collector,
        "", "Time between polls in force now, after stretching to the daily budget."),
    row(poll_duration_seconds, self_gauge, "wolkvox_poll_duration_seconds", "seconds", by_collector,
        "", "Time the last poll took from its first request to its last answer."),
    row(poll_last_attempt_timestamp_seconds, self_gauge,
        "wolkvox_poll_last_attempt_timestamp_seconds", "seconds", by_collector, "",
        "Unix time at which the last poll began, as of now."),
    row(poll_last_success_timestamp_seconds, self_gauge,
        "wolkvox_poll_last_success_timestamp_seconds", "seconds", by_collector, "",
        "Unix time at which the last successful poll ended, as of now: the age of the collector's "
        "families."),
    row(window_end_timestamp_seconds, self_gauge, "wolkvox_window_end_timestamp_seconds", "seconds",
        by_collector, "", "Unix time up to which the report has been counted, as of now."),
    row(newest_row_timestamp_seconds, self_gauge, "wolkvox_newest_row_timestamp_seconds", "seconds",
        by_collector, "",
        "Unix time of the newest row that the report has brought, as of now: what the platform has "
        "published."),
    row(unreadable_seconds_total, self_counter, "wolkvox_unreadable_seconds_total", "seconds",
        by_collector, "",
        "Reported seconds that were passed over because their answer came whole and stayed "
        "unreadable, as of now."),
    row(clock_suspect, self_gauge, "wolkvox_clock_suspect", "", by_collector, "",
        "1 while dates of rows, zone, clock and live counters contradict each other, as of now."),
    row(catch_up_remaining_seconds, self_gauge, "wolkvox_catch_up_remaining_seconds", "seconds",
        by_collector, "",
        "Reported time that an outage left uncounted and that is still to be caught up, as of "
        "now."),
    row(budget_spent_requests, self_gauge, "wolkvox_budget_spent_requests", "requests",
        by_collector, "",
        "Requests the exporter has sent today, by collector, as of now; restarts with the "
        "platform's day."),
    row(platform_clock_skew_seconds, self_gauge, "wolkvox_platform_clock_skew_seconds", "seconds",
        by_operation, "",
        "The platform's clock minus ours, by the Date header of its last answer, as of now."),
    row(rows_total, self_counter, "wolkvox_rows_total", "rows", by_collector, "",
        "Rows of reports counted for the first time, as of now."),
    row(rows_late_total, self_counter, "wolkvox_rows_late_total", "", by_collector, "",
        "Rows counted although their date lay in a window already counted, as of now."),
    row(rows_duplicate_total, self_counter, "wolkvox_rows_duplicate_total", "", by_collector, "",
        "Rows known already from an overlapping window or repeated in one answer and not counted "
        "again, as of now."),
    row(rows_revised_total, self_counter, "wolkvox_rows_revised_total", "", by_collector, "",
        "Known rows whose counted fields were changed by the platform afterwards, as of now."),
    row(rows_ignored_total, self_counter, "wolkvox_rows_ignored_total", "", by_collector_reason, "",
        "Rows read and not counted, by reason, as of now."),
    row(field_errors_total, self_counter, "wolkvox_field_errors_total", "errors",
        by_collector_field, "",
        "Unreadable values whose sample was left out, by field, as of now."),
    row(windows_truncated_total, self_counter, "wolkvox_windows_truncated_total", "", by_collector,
        "", "Answers at the platform's row cap, split and asked again, as of now."),
    row(series_dropped_total, self_counter, "wolkvox_series_dropped_total", "", by_collector, "",
        "Series left out because the collector was over its series_limit, added up over polls, as "
        "of now."),
    row(api_requests_total, self_counter, "wolkvox_api_requests_total", "requests", by_collector,
        "", "Requests sent to the API, as of now."),
    row(api_errors_total, self_counter, "wolkvox_api_errors_total", "errors", by_collector_reason,
        "", "Requests to the API that failed, by reason, as of now."),
    row(api_request_duration_seconds, self_histogram, "wolkvox_api_request_duration_seconds",
        "seconds", by_collector, "",
        "Time of API requests from their first byte to the last byte of the answer, as of now.",
        request_buckets),
    row(api_response_bytes, self_histogram, "wolkvox_api_response_bytes", "bytes", by_collector, "",
        "Size of API answers after content decoding, as of now.", response_buckets),
    row(ledger_writable, self_gauge, "wolkvox_ledger_writable", "", alone, "",
        "Whether the last write to the ledger succeeded (1); nothing is counted while it is 0, as "
        "of now."),
    row(ledger_errors_total, self_counter, "wolkvox_ledger_errors_total", "errors", alone, "",
        "Writes to the ledger that failed, as of now."),
    row(ledger_size_bytes, self_gauge, "wolkvox_ledger_size_bytes", "bytes", alone, "",
        "Size of the ledger's file on disk, as of now."),
    row(exporter_build_info, self_gauge, "wolkvox_exporter_build_info", "", by_build, "",
        "Version, revision and compiler the exporter was built from, always 1."),
    row(exporter_config_last_reload_successful, self_gauge,
        "wolkvox_exporter_config_last_reload_successful", "", alone, "",
        "Whether the last load of the configuration succeeded (1) or failed and the old one was "
        "kept (0), as of now."),
    row(exporter_config_last_reload_success_timestamp_seconds, self_gauge,
        "wolkvox_exporter_config_last_reload_success_timestamp_seconds", "seconds", alone, "",
        "Unix time of the last successful load of the configuration, as of now."),
    row(exporter_log_lines_dropped_total, self_counter, "wolkvox_exporter_log_lines_dropped_total",
        "", alone, "", "Lines of the log that nobody read and that were dropped, as of now."),
    row(exporter_tls_handshake_errors_total, self_counter,
        "wolkvox_exporter_tls_handshake_errors_total", "", by_reason, "",
        "TLS connections to the exporter that failed before a request, by reason, as of now."),
    row(exporter_scrapes_total, self_counter, "wolkvox_exporter_scrapes_total", "scrapes",
        by_encoding, "",
        "Scrapes answered, by format and content encoding, as of now without the present one."),
    row(exporter_scrapes_rejected_total, self_counter, "wolkvox_exporter_scrapes_rejected_total",
        "", alone, "", "Scrapes refused with 503 because too many were in flight, as of now."),
    row(exporter_scrapes_in_flight, self_gauge, "wolkvox_exporter_scrapes_in_flight", "", alone, "",
        "Scrapes being answered, as of now with the present one."),
    row(process_cpu_seconds_total, self_counter, "process_cpu_seconds_total", "seconds", alone, "",
        "User and system CPU time spent by the process, as of now."),
    row(process_resident_memory_bytes, self_gauge, "process_resident_memory_bytes", "bytes", alone,
        "", "Resident memory of the process, as of now."),
    row(process_virtual_memory_bytes, self_gauge, "process_virtual_memory_bytes", "bytes", alone,
        "", "Virtual memory of the process, as of now."),
    row(process_open_fds, self_gauge, "process_open_fds", "", alone, "",
        "Open file descriptors of the process, as of now."),
    row(process_max_fds, self_gauge, "process_max_fds", "", alone, "",
        "Most file descriptors the process may open, as of now."),
    row(process_start_time_seconds, self_gauge, "process_start_time_seconds", "seconds", alone, "",
        "Unix time at which the process started."),
    row(process_threads, self_gauge, "process_threads", "", alone, "",
        "Threads of the process, as of now."),
}};

constexpr bool in_the_order_of_the_enum() {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (std::to_underlying(table[i].id) != i) {
      return false;
    }
  }
  return true;
}

// Indices of the table, by name.
constexpr auto by_name = [] {
  std::array<std::uint16_t, table.size()> order{};
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<std::uint16_t>(i);
  }
  std::ranges::sort(order, {}, [](std::uint16_t i) { return table[i].name; });
  return order;
}();

constexpr bool names_are_unique() {
  return std::ranges::adjacent_find(by_name, {}, [](std::uint16_t i) { return table[i].name; }) ==
         by_name.end();
}

// OpenMetrics: the unit ends the name, before a counter's _total.
constexpr bool is_well_named(const family& f) {
  auto name = f.name;
  if (name.ends_with("_total") != (f.type == metric_type::counter)) {
    return false;
  }
  if (f.type == metric_type::counter) {
    name.remove_suffix(text{"_total"}.size());
  }
  return f.unit.empty() ||
         (name.ends_with(f.unit) && name.substr(0, name.size() - f.unit.size()).ends_with('_'));
}

static_assert(in_the_order_of_the_enum());
static_assert(names_are_unique());
static_assert(std::ranges::all_of(table, is_well_named));

}  // namespace

std::span<const family> all_families() {
  return table;
}

const family& describe(family_id id) {
  return table.at(std::to_underlying(id));
}

std::optional<family_id> find_family(std::string_view name) {
  const auto* const at =
      std::ranges::lower_bound(by_name, name, {}, [](std::uint16_t i) { return table[i].name; });
  if (at == by_name.end() || table[*at].name != name) {
    return std::nullopt;
  }
  return table[*at].id;
}

}  // namespace wolkvox::metrics
