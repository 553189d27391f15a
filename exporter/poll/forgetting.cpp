#include "exporter/poll/forgetting.hpp"

#include <algorithm>

#include "exporter/poll/windows.hpp"

namespace wolkvox::poll {

namespace {

// By the clock that decides what is forgotten: a simulated week in minutes forgets as often.
constexpr std::chrono::hours forgetting_interval{1};
// Since a row was last seen. Longer than the widest change of zone, after which a day is asked for
// again; when a row was seen is kept to the hour.
constexpr std::chrono::hours kept_beyond_lookback{48 + 1};
// Day reports read days that are over until they stay still: their readings are few and kept
// longer.
constexpr std::chrono::hours day_readings_kept{24 * 40};
// Of a configuration (config/collector_reader.cpp).
constexpr std::chrono::days longest_lookback{31};

}  // namespace

sys_seconds long_unseen(sys_seconds now) {
  static_assert(day_readings_kept >= longest_lookback + kept_beyond_lookback);
  return now - day_readings_kept;
}

std::optional<sys_seconds> rows_to_forget(const report_settings& settings, report_memory& memory,
                                          sys_seconds platform) {
  if (gaps_left(memory.kept) > std::chrono::seconds{0}) {
    return std::nullopt;
  }
  // Of the two clocks the one that forgets less: either may be wrong for a while. And not beyond
  // what is covered: after an outage the first answer may cover nothing (a clock that was set back
  // meanwhile), and then the gap is none yet.
  auto newest = std::min(platform, settings.wall.value_or(platform));
  if (!memory.kept.empty()) {
    newest = std::min(newest, memory.kept.back().end);
  }
  const auto before =
      newest - (settings.how == rhythm::days ? std::chrono::seconds{day_readings_kept}
                                             : settings.lookback + kept_beyond_lookback);
  if (before < memory.horizon + forgetting_interval) {
    return std::nullopt;
  }
  memory.horizon = before;
  std::erase_if(memory.unreadable, [before](const interval& each) { return each.end <= before; });
  return before;
}

}  // namespace wolkvox::poll
