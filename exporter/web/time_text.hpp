// Times and durations as people read them. Pure but for the machine's time zone files.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace wolkvox::web {

using std::chrono::sys_seconds;

// "800 ms", "42 s", "3 min 20 s", "2 h 5 min", "3 d 4 h": two units at most.
std::string duration_text(std::chrono::milliseconds duration);

// "12 s ago", "in 42 s", "now".
std::string relative_text(sys_seconds when, sys_seconds now);

// "2026-11-21T14:03:07Z"
std::string utc_text(sys_seconds when);

// Writes clock times in one zone, UTC where the machine does not know it.
class local_clock {
 public:
  explicit local_clock(std::string_view zone);
  // "America/Bogota" or "UTC".
  const std::string& zone() const { return zone_; }
  // "14:03:07" on the day of `now`, "20 Nov 14:03" on another.
  std::string text(sys_seconds when, sys_seconds now) const;

 private:
  std::chrono::seconds offset_at(sys_seconds when) const;
  std::string zone_;
};

}  // namespace wolkvox::web
