// Reports that add up a whole local day (hold_mute): today is read from its midnight again and
// again; a day that is over is read until two readings agree (contract 5.5). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "exporter/poll/interval.hpp"

namespace date {
class time_zone;
}

namespace wolkvox::poll {

// The days to read now, newest first: today up to `now`, then every earlier day since counting
// began that is not covered whole. Today is covered up to its last reading; a day that is over is
// covered to its end only once it is finished.
std::vector<interval> days_to_read(const std::vector<interval>& covered, sys_seconds now,
                                   const date::time_zone& zone);

// One reading of a day that is over.
struct day_reading {
  sys_seconds day{};  // its midnight
  sys_seconds read_at{};
};

// Whether a reading that changed nothing finishes its day: an earlier one after the day's end
// agreed with it, and this one came late enough for the platform to have published everything (an
// hour; 10 to 15 minutes are usual: wolkvox-api.md 3.4).
bool finishes_day(interval day, std::optional<day_reading> previous, sys_seconds read_at);

}  // namespace wolkvox::poll
