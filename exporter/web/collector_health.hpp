// What a collector's clock means to an operator: one word, the same on the page and in status.json.
// Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/web/site.hpp"

namespace wolkvox::web {

// In order of concern: the greatest of several is what they are together.
enum class health : std::uint8_t {
  off,  // not enabled
  ok,
  waiting,      // not asked yet
  catching_up,  // works, older windows are still to come
  late,         // the last poll succeeded, but more than two intervals ago
  suspect,      // it succeeds, but dates, zone and clock contradict each other
  failing,      // the last poll failed
};

health assess(const collector_status& collector, sys_seconds now);

// "failing": for scripts and for people.
std::string_view name_of(health state);

// How far behind the facts are: the age of a report's newest row; of a report without dated rows,
// from the end of its last window; of a live table, from its last success.
std::optional<std::chrono::seconds> delay_of(const collector_status& collector, sys_seconds now);

}  // namespace wolkvox::web
