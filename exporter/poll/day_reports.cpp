#include "exporter/poll/day_reports.hpp"

#include "exporter/poll/windows.hpp"

namespace wolkvox::poll {

namespace {

// The platform usually needs 10 to 15 minutes (wolkvox-api.md 3.4). What comes late to a day that
// is over is looked for often at first, then once an hour until the night is over: ten requests.
constexpr std::chrono::hours first_readings{1};
constexpr std::chrono::minutes between_first_readings{15};
constexpr std::chrono::hours between_readings{1};
constexpr std::chrono::hours publication_margin{6};

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

bool is_due(interval day, std::optional<day_reading> previous, sys_seconds now) {
  if (!previous || now < previous->read_at) {  // a clock that was set back knows of no reading
    return true;
  }
  const std::chrono::seconds wait =
      now < day.end + first_readings ? between_first_readings : between_readings;
  return now - previous->read_at >= wait;
}

bool finishes_day(interval day, std::optional<day_reading> previous, sys_seconds read_at) {
  return previous.has_value() && previous->day == day.begin && previous->read_at >= day.end &&
         read_at - previous->read_at >= between_readings && read_at >= day.end + publication_margin;
}

}  // namespace wolkvox::poll
