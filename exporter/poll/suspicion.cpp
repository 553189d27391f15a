#include "exporter/poll/suspicion.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace wolkvox::poll {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Zones differ by quarters of an hour at least; clocks that are kept differ by seconds.
constexpr minutes clocks_may_differ{2};
// A call shows in reports 10 to 15 minutes after it, at worst 20 (wolkvox-api.md 3.4).
constexpr minutes usual_delay_at_most{45};
constexpr int late_answers = 2;
// A date lies within a call's length, and its wait's, of the moment in its id; of several calls one
// has not waited long.
constexpr std::uint64_t stamped_at_least = 3;
constexpr minutes longest_of_short_waits{25};
constexpr minutes dates_before_their_call{5};
// What a centre loses or answers in an hour is one call at least; three are no accident.
constexpr double grown_enough = 3;
constexpr hours absent_for{1};
constexpr hours probe_again_after{24};

seconds zone_offset(sys_seconds at, const date::time_zone& zone) {
  return zone.get_info(at).offset;
}

void found(date_watch& watch, suspicion what, std::optional<seconds> looks_like) {
  watch.found = what;
  watch.looks_like = looks_like;
}

bool contradicts_ids(const row_dates& dates) {
  return dates.stamped >= stamped_at_least && (dates.least_after > longest_of_short_waits ||
                                               dates.most_after < -dates_before_their_call);
}

std::string_view to_text(suspicion what) {
  switch (what) {
    case suspicion::none:
      return "";
    case suspicion::ahead:
      return "rows are dated later than the platform's own clock";
    case suspicion::behind:
      return "new rows are old already when they come";
    case suspicion::contrary:
      return "the dates of calls and the times in their ids name different hours";
    case suspicion::absent:
      return "live counters grow, and the report brings nothing new";
  }
  return "";
}

// "UTC-05:00"
std::string utc_text(seconds offset) {
  const auto whole = std::chrono::round<minutes>(std::chrono::abs(offset)).count();
  return fmt::format("UTC{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', whole / 60, whole % 60);
}

}  // namespace

std::string in_words(const date_watch& watch) {
  std::string text{to_text(watch.found)};
  if (watch.found != suspicion::none && watch.looks_like) {
    text += fmt::format("; the platform's dates look like {}", utc_text(*watch.looks_like));
  }
  return text;
}

void heard_rows(date_watch& watch, const row_dates& dates, sys_seconds now,
                std::chrono::milliseconds interval, const date::time_zone& zone) {
  if (contradicts_ids(dates)) {
    // The shortest call tells best: its date is its beginning, or a little later.
    const auto shift = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<1800>>>(
        dates.least_after);
    found(watch, suspicion::contrary, zone_offset(now, zone) + shift);
  }
  if (dates.mostly_ahead) {
    found(watch, suspicion::ahead, std::nullopt);
  }
  // A date that nobody's clock has reached is shown where there is no other.
  const bool is_first = !watch.newest || *watch.newest > now + clocks_may_differ;
  const auto newest = dates.newest || !is_first ? dates.newest : dates.ahead;
  if (!newest || (!is_first && *newest <= *watch.newest)) {
    return;
  }
  watch.newest = newest;
  watch.grown = 0;
  watch.growing_since.reset();
  if (contradicts_ids(dates) || dates.mostly_ahead) {
    return;
  }
  const bool is_late = now - *newest > usual_delay_at_most + interval;
  watch.behind = is_late && !is_first ? watch.behind + 1 : 0;
  if (watch.behind >= late_answers) {
    found(watch, suspicion::behind, std::nullopt);
  } else if (!is_late) {
    found(watch, suspicion::none, std::nullopt);
  }
}

void heard_live(date_watch& watch, double total, sys_seconds now) {
  const double growth = std::max(0.0, total - watch.live);
  if (watch.live_known && growth > 0) {
    watch.grown += growth;
    watch.growing_since = watch.growing_since.value_or(now);
  }
  watch.live = total;
  watch.live_known = true;
}

void look_for_absence(date_watch& watch, sys_seconds now) {
  const bool is_absent = watch.growing_since && now - *watch.growing_since >= absent_for &&
                         watch.grown >= grown_enough;
  if (is_absent && watch.found == suspicion::none) {
    found(watch, suspicion::absent, std::nullopt);
  }
}

bool wants_probe(const date_watch& watch, sys_seconds now) {
  return watch.found == suspicion::absent &&
         (!watch.probed || now - *watch.probed >= probe_again_after);
}

interval probe_window(sys_seconds now, const date::time_zone& zone) {
  constexpr hours west{12};
  constexpr hours east{14};
  const auto as_utc = now - zone_offset(now, zone);
  return {.begin = as_utc - west, .end = as_utc + east};
}

void heard_probe(date_watch& watch, const row_dates& dates, sys_seconds now,
                 const date::time_zone& zone) {
  watch.probed = now;
  const auto newest = dates.ahead ? dates.ahead : dates.newest;
  if (!newest) {
    return;
  }
  // The newest row is younger than an hour by the platform's clock, since live counters grow.
  const auto local = *newest + zone_offset(*newest, zone);
  watch.looks_like = std::chrono::ceil<hours>(local - now);
}

}  // namespace wolkvox::poll
