// What the rows of the table in families.cpp are made of: lists of labels, buckets, and what a
// family is and how it is kept. For that file alone.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "metrics/families.hpp"

namespace wolkvox::metrics::family_rows {

using text = std::string_view;
using label_list = std::span<const text>;

inline constexpr std::array<text, 1> by_operation{"operation"};
inline constexpr std::array<text, 2> by_operation_status{"operation", "status"};

inline constexpr std::array<text, 3> by_agent{"operation", "agent_id", "agent"};
inline constexpr std::array<text, 4> by_agent_status{"operation", "agent_id", "agent", "status"};
inline constexpr std::array<text, 4> by_agent_direction{"operation", "agent_id", "agent",
                                                        "direction"};

inline constexpr std::array<text, 3> by_skill{"operation", "skill_id", "skill"};
inline constexpr std::array<text, 4> by_skill_threshold{"operation", "skill_id", "skill",
                                                        "threshold"};
inline constexpr std::array<text, 4> by_skill_interaction{"operation", "skill_id", "skill",
                                                          "interaction"};

inline constexpr std::array<text, 3> by_campaign{"operation", "campaign_id", "campaign"};
inline constexpr std::array<text, 4> by_campaign_result{"operation", "campaign_id", "campaign",
                                                        "result"};
inline constexpr std::array<text, 4> by_campaign_window{"operation", "campaign_id", "campaign",
                                                        "window"};

inline constexpr std::array<text, 8> by_call_interaction{"operation", "agent_id",   "agent",
                                                         "skill_id",  "skill",      "campaign_id",
                                                         "campaign",  "interaction"};
inline constexpr std::array<text, 9> by_call{"operation", "agent_id",    "agent",
                                             "skill_id",  "skill",       "campaign_id",
                                             "campaign",  "interaction", "hung_up"};
inline constexpr std::array<text, 9> by_call_cost{"operation", "agent_id",    "agent",
                                                  "skill_id",  "skill",       "campaign_id",
                                                  "campaign",  "interaction", "currency"};
inline constexpr std::array<text, 6> by_duration{"operation",   "skill_id", "skill",
                                                 "campaign_id", "campaign", "interaction"};
inline constexpr std::array<text, 7> by_codes{"operation", "skill_id", "skill", "campaign_id",
                                              "campaign",  "code",     "code_2"};

inline constexpr std::array<text, 2> by_collector{"operation", "collector"};
inline constexpr std::array<text, 3> by_collector_reason{"operation", "collector", "reason"};
inline constexpr std::array<text, 3> by_collector_field{"operation", "collector", "field"};
inline constexpr std::array<text, 3> by_build{"version", "revision", "compiler"};
inline constexpr std::array<text, 1> by_reason{"reason"};
inline constexpr std::array<text, 2> by_encoding{"format", "encoding"};
inline constexpr label_list alone{};

inline constexpr std::array duration_buckets{5.0,   15.0,  30.0,  60.0,   120.0, 180.0,
                                             300.0, 600.0, 900.0, 1800.0, 3600.0};
// The platform answers in a fraction of a second to its own limit of 60 s (wolkvox-api.md 3.1).
inline constexpr std::array request_buckets{0.05, 0.1,  0.25, 0.5,  1.0, 2.5,
                                            5.0,  10.0, 20.0, 30.0, 60.0};
// From an error's few bytes (wolkvox-api.md 0) to the platform's limit of 256 MB (3.1), in steps of
// four.
inline constexpr std::array response_buckets{256.0,      1024.0,     4096.0,     16384.0,
                                             65536.0,    262144.0,   1048576.0,  4194304.0,
                                             16777216.0, 67108864.0, 268435456.0};

// What a row of the table says beside its identity and its words.
struct shape {
  metric_type type;
  lifetime kept;
};
inline constexpr shape live_gauge{.type = metric_type::gauge, .kept = lifetime::live};
inline constexpr shape live_counter{.type = metric_type::counter, .kept = lifetime::live};
inline constexpr shape ledger_counter{.type = metric_type::counter, .kept = lifetime::ledger};
inline constexpr shape ledger_histogram{.type = metric_type::histogram, .kept = lifetime::ledger};
inline constexpr shape self_gauge{.type = metric_type::gauge, .kept = lifetime::self};
inline constexpr shape self_counter{.type = metric_type::counter, .kept = lifetime::self};
inline constexpr shape self_histogram{.type = metric_type::histogram, .kept = lifetime::self};

constexpr family row(family_id id, shape is, text name, text unit, label_list labels, text source,
                     text help, std::span<const double> buckets = {}) {
  return {.id = id,
          .name = name,
          .type = is.type,
          .unit = unit,
          .help = help,
          .labels = labels,
          .source = source,
          .kept = is.kept,
          .buckets = buckets};
}

}  // namespace wolkvox::metrics::family_rows
