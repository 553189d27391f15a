// The platform's wall clock: its dates carry no zone and are local (wolkvox-api.md 3.3).
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;
}

namespace wolkvox::simulator {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// Not thread-safe: keeps the last offset looked up.
class local_time {
 public:
  static std::expected<local_time, std::string> of(const std::string& zone);

  // Seconds of the local wall clock since 1970-01-01 00:00:00.
  seconds wall(sys_seconds at) const { return at.time_since_epoch() + offset(at); }
  // Days since 1970-01-01 by the local calendar.
  std::int64_t day(sys_seconds at) const;
  // 0 is Sunday.
  unsigned weekday(sys_seconds at) const;
  seconds second_of_day(sys_seconds at) const;
  // The first instant of that local day.
  sys_seconds midnight(std::int64_t day) const;
  sys_seconds next_midnight(sys_seconds at) const { return midnight(day(at) + 1); }

  std::string text(sys_seconds at) const;  // "2026-01-31 13:07:28"
  std::string day_text(std::int64_t day) const;
  // "20260131130728" (wolkvox-api.md 1). `later`: of two instants with the same text, the second.
  std::optional<sys_seconds> read_compact(std::string_view text, bool later) const;
  // "2026-01-31T13:07:28", "2026-01-31 13:07:28" or "2026-01-31".
  std::optional<sys_seconds> read_text(std::string_view text) const;

 private:
  explicit local_time(const date::time_zone* zone) : zone_(zone) {}
  seconds offset(sys_seconds at) const;
  std::optional<sys_seconds> read_digits(std::string_view digits, bool later) const;

  const date::time_zone* zone_;
  mutable sys_seconds known_from_{sys_seconds::max()};
  mutable sys_seconds known_to_{sys_seconds::min()};
  mutable seconds known_offset_{};
};

}  // namespace wolkvox::simulator
