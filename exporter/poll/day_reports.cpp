#include "exporter/poll/day_reports.hpp"

#include "exporter/poll/windows.hpp"

namespace wolkvox::poll {

namespace {

// Four times what the platform usually needs, for rows that come late.
constexpr std::chrono::hours publication_margin{1};

}  // namespace

std::vector<interval> days_to_read(const std::vector<interval>& covered, sys_seconds now,
                                   const date::time_zone& zone) {
  const sys_seconds today = local_midnight(now, zone);
  std::vector<interval> days{{.begin = today, .end = now}};
  if (covered.empty()) {
    return days;
  }
  for (sys_seconds end = today; end > covered.front().begin;) {
    const interval day{.begin = local_midnight(end - std::chrono::seconds{1}, zone), .end = end};
    if (!covers(covered, day)) {
      days.push_back(day);
    }
    end = day.begin;
  }
  return days;
}

bool finishes_day(interval day, std::optional<day_reading> previous, sys_seconds read_at) {
  return previous.has_value() && previous->day == day.begin && previous->read_at >= day.end &&
         read_at >= day.end + publication_margin;
}

}  // namespace wolkvox::poll
