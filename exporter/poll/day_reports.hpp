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

// Whether a day that is over is to be read again: every 15 minutes in the first hour after it, then
// once an hour.
bool is_due(interval day, std::optional<day_reading> previous, sys_seconds now);
// Whether a reading that changed nothing finishes its day: one after the day's end, an hour earlier
// at least, agreed with it, and this one came so late (6 hours) that the platform has published
// everything.
bool finishes_day(interval day, std::optional<day_reading> previous, sys_seconds read_at);

}  // namespace wolkvox::poll
