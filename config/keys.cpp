// The two tables (contract section 2) and the questions that are asked of them.
#include "config/keys.hpp"

#include <algorithm>
#include <array>

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array keys{
    key_info{.id = key_id::defaults,
             .name = "defaults",
             .where = section::root,
             .type = value_type::map,
             .standard = "",
             .help = "What holds for every operation unless it says otherwise."},
    key_info{.id = key_id::operations,
             .name = "operations",
             .where = section::root,
             .type = value_type::list,
             .standard = "",
             .help = "The wolkvox operations to read, one or more."},

    key_info{.id = key_id::name,
             .name = "name",
             .where = section::operation,
             .type = value_type::text,
             .standard = "",
             .help = "Label `operation` of every series; unique. Required."},
    key_info{
        .id = key_id::server,
        .name = "server",
        .where = section::operation,
        .type = value_type::address,
        .standard = "",
        .help =
            "Number or address of the wolkvox server: 0042, wv0042 or wv0042.wolkvox.com. This or "
            "base_url."},
    key_info{
        .id = key_id::base_url,
        .name = "base_url",
        .where = section::operation,
        .type = value_type::address,
        .standard = "",
        .help =
            "Address of a proxy or stand-in that answers for the server; plain http only on this "
            "machine."},
    key_info{.id = key_id::token_file,
             .name = "token_file",
             .where = section::operation,
             .type = value_type::path,
             .standard = "",
             .help = "File that holds the token, re-read on change; relative to this file. This or "
                     "token_env."},
    key_info{.id = key_id::token_env,
             .name = "token_env",
             .where = section::operation,
             .type = value_type::text,
             .standard = "",
             .help = "Name of the environment variable that holds the token."},
    key_info{.id = key_id::licences,
             .name = "licences",
             .where = section::operation,
             .type = value_type::number,
             .standard = "",
             .help = "Licences of the operation; its daily quota is 1000 requests for each."},
    key_info{.id = key_id::budget,
             .name = "budget",
             .where = section::operation,
             .type = value_type::map,
             .standard = "",
             .help = "How much of the daily quota the exporter may spend."},
    key_info{.id = key_id::reserve,
             .name = "reserve",
             .where = section::budget,
             .type = value_type::percentage,
             .standard = "10%",
             .help = "Share of the daily quota that the exporter leaves to others."},
    key_info{.id = key_id::proxy_url,
             .name = "proxy_url",
             .where = section::operation,
             .type = value_type::address,
             .standard = "",
             .help = "HTTP proxy on the way to the server, http://host:port."},
    key_info{.id = key_id::proxy_username,
             .name = "proxy_username",
             .where = section::operation,
             .type = value_type::text,
             .standard = "",
             .help = "Name with which the proxy is asked, with proxy_password_file."},
    key_info{.id = key_id::proxy_password_file,
             .name = "proxy_password_file",
             .where = section::operation,
             .type = value_type::path,
             .standard = "",
             .help = "File that holds the proxy's password, read as token_file is; relative to "
                     "this file."},
    key_info{.id = key_id::tls,
             .name = "tls",
             .where = section::operation,
             .type = value_type::map,
             .standard = "",
             .help = "How the server's certificate is checked."},
    key_info{
        .id = key_id::ca_file,
        .name = "ca_file",
        .where = section::tls,
        .type = value_type::path,
        .standard = "",
        .help =
            "PEM file of the authorities to trust instead of the system's; relative to this file."},
    key_info{.id = key_id::currency,
             .name = "currency",
             .where = section::operation,
             .type = value_type::text,
             .standard = "",
             .help = "Label `currency` of wolkvox_cdr_cost_total, as in ISO 4217."},

    key_info{.id = key_id::timeout,
             .name = "timeout",
             .where = section::shared,
             .type = value_type::duration,
             .standard = "60s",
             .help = "Longest time of one API request, start to end."},
    key_info{.id = key_id::max_concurrent_requests,
             .name = "max_concurrent_requests",
             .where = section::shared,
             .type = value_type::number,
             .standard = "1",
             .help = "Requests at once per token, 1 or 2; the platform refuses more."},
    key_info{
        .id = key_id::timezone,
        .name = "timezone",
        .where = section::shared,
        .type = value_type::text,
        .standard = "America/Bogota",
        .help = "IANA time zone of the operation: builds the date windows and reads the dates."},
    key_info{
        .id = key_id::agent_names,
        .name = "agent_names",
        .where = section::shared,
        .type = value_type::choice,
        .standard = "show",
        .help = "What the label `agent` holds: show the name, hash it, or hide it behind the id."},
    key_info{.id = key_id::people,
             .name = "people",
             .where = section::shared,
             .type = value_type::choice,
             .standard = "each",
             .help = "Whether series tell agents apart (each), or no agent's id or name leaves the "
                     "process or is written to disk (team)."},
    key_info{.id = key_id::series_limit,
             .name = "series_limit",
             .where = section::shared,
             .type = value_type::number,
             .standard = "200000",
             .help = "Most series per collector and operation."},
    key_info{.id = key_id::stale_after,
             .name = "stale_after",
             .where = section::shared,
             .type = value_type::number,
             .standard = "3",
             .help = "Missed polls after which a live gauge is withdrawn."},
    key_info{.id = key_id::retire_after,
             .name = "retire_after",
             .where = section::shared,
             .type = value_type::duration,
             .standard = "90d",
             .help = "Time without growth after which series of who is in no roster are not shown; "
                     "0: never."},
    key_info{.id = key_id::collectors,
             .name = "collectors",
             .where = section::shared,
             .type = value_type::map,
             .standard = "",
             .help = "Settings by collector."},

    key_info{.id = key_id::enabled,
             .name = "enabled",
             .where = section::collector,
             .type = value_type::boolean,
             .standard = "true",
             .help = "Whether the collector runs."},
    key_info{.id = key_id::interval,
             .name = "interval",
             .where = section::collector,
             .type = value_type::duration,
             .standard = "",
             .help = "Time from one poll to the next."},
    key_info{.id = key_id::lookback,
             .name = "lookback",
             .where = section::collector,
             .type = value_type::duration,
             .standard = "",
             .help = "How far back each poll asks, so that late rows still count."},
    key_info{.id = key_id::codes_settle,
             .name = "codes_settle",
             .where = section::collector,
             .type = value_type::duration,
             .standard = "",
             .help = "Age at which a call's codes count; agents change them after the call."},
    key_info{.id = key_id::service_level_threshold,
             .name = "service_level_threshold",
             .where = section::collector,
             .type = value_type::duration,
             .standard = "",
             .help = "Waiting time that the service level is asked for, in whole seconds."},
    key_info{.id = key_id::labels,
             .name = "labels",
             .where = section::collector,
             .type = value_type::labels,
             .standard = "",
             .help =
                 "Which of its agent, skill and campaign labels the series carry; all of them when "
                 "left out."},
    key_info{.id = key_id::buckets,
             .name = "buckets",
             .where = section::collector,
             .type = value_type::numbers,
             .standard = "",
             .help = "Upper bounds of the histogram in seconds, rising."},
    key_info{.id = key_id::exemplars,
             .name = "exemplars",
             .where = section::collector,
             .type = value_type::boolean,
             .standard = "false",
             .help = "Whether the histogram's buckets name their latest call by its conn_id."},
};

constexpr std::array<std::string_view, 1> by_agent{"agent"};
constexpr std::array<std::string_view, 1> by_skill{"skill"};
constexpr std::array<std::string_view, 1> by_campaign{"campaign"};
constexpr std::array<std::string_view, 3> by_all{"agent", "skill", "campaign"};

// Costs: one request is one of the daily quota (wolkvox-api.md 3.1); `names` asks agents, skills
// and campaigns.
constexpr std::array collectors{
    collector_info{.name = "agents",
                   .help = "Status and today's counters of every agent.",
                   .requests_per_poll = 1,
                   .interval = 1min,
                   .labels = by_agent},
    collector_info{.name = "skills",
                   .help = "Queues, today's calls and service level of every skill.",
                   .requests_per_poll = 1,
                   .interval = 1min,
                   .service_level_threshold = 20s,
                   .labels = by_skill},
    collector_info{.name = "campaigns",
                   .help = "Progress of every dialling campaign.",
                   .requests_per_poll = 1,
                   .interval = 1min,
                   .labels = by_campaign},
    collector_info{.name = "abandoned_calls",
                   .help = "Abandoned calls and how long their callers waited.",
                   .requests_per_poll = 1,
                   .interval = 5min,
                   .lookback = 1h,
                   .labels = by_skill,
                   .labels_may_go = true,
                   .histogram = true,
                   .exemplars = true},
    collector_info{.name = "hold_mute",
                   .help = "Uses and time of hold and mute by agent.",
                   .requests_per_poll = 1,
                   .interval = 5min,
                   .labels = by_agent,
                   .labels_may_go = true},
    collector_info{.name = "calls",
                   .help = "Every call: number, duration and codes.",
                   .requests_per_poll = 1,
                   .interval = 5min,
                   .lookback = 2h,
                   .codes_settle = 30min,
                   .labels = by_all,
                   .labels_may_go = true,
                   .histogram = true},
    collector_info{.name = "cdr",
                   .help = "Billing records: calls, talk time, billed time and cost.",
                   .requests_per_poll = 1,
                   .interval = 10min,
                   .lookback = 2h,
                   .labels = by_all,
                   .labels_may_go = true},
    collector_info{.name = "quota",
                   .help = "The daily quota and what is left of it.",
                   .requests_per_poll = 1,
                   .interval = 15min,
                   .labels = {}},
    collector_info{.name = "names",
                   .help = "Names of agents, skills and campaigns for the labels.",
                   .requests_per_poll = 3,
                   .interval = 1h,
                   .labels = {}},
};

}  // namespace

std::span<const key_info> all_keys() {
  return keys;
}

std::span<const collector_info> all_collectors() {
  return collectors;
}

const collector_info* find_collector(std::string_view name) {
  const auto* const found = std::ranges::find(collectors, name, &collector_info::name);
  return found == collectors.end() ? nullptr : found;
}

bool stands_in(const key_info& known, section where) {
  return known.where == where || (known.where == section::shared &&
                                  (where == section::defaults || where == section::operation));
}

bool takes(const collector_info& collector, key_id key) {
  switch (key) {
    case key_id::enabled:
    case key_id::interval:
      return true;
    case key_id::lookback:
      return collector.lookback.count() > 0;
    case key_id::codes_settle:
      return collector.codes_settle.count() > 0;
    case key_id::service_level_threshold:
      return collector.service_level_threshold.count() > 0;
    case key_id::labels:
      return !collector.labels.empty();
    case key_id::buckets:
      return collector.histogram;
    case key_id::exemplars:
      return collector.exemplars;
    default:
      return false;
  }
}

collector_settings built_in_settings(const collector_info& collector) {
  collector_settings settings;
  settings.interval = collector.interval;
  settings.lookback = collector.lookback;
  settings.codes_settle = collector.codes_settle;
  settings.service_level_threshold = collector.service_level_threshold;
  return settings;
}

}  // namespace wolkvox::config
