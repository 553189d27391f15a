#include "exporter/poll/windows.hpp"

#include <date/tz.h>

#include <algorithm>

namespace wolkvox::poll {

namespace {

using std::chrono::seconds;

date::local_seconds local(sys_seconds at, const date::time_zone& zone) {
  return zone.to_local(at);
}

sys_seconds first_instant_of(date::local_days day, const date::time_zone& zone) {
  return zone.to_sys(date::local_seconds{day}, date::choose::earliest);
}

// The time between two covered intervals that nobody has asked for.
struct gap {
  sys_seconds begin;
  sys_seconds end;
};

std::vector<gap> gaps(const std::vector<interval>& covered) {
  std::vector<gap> result;
  for (std::size_t i = 1; i < covered.size(); ++i) {
    const gap each{.begin = covered[i - 1].end, .end = covered[i].begin};
    if (each.begin < each.end) {
      result.push_back(each);
    }
  }
  return result;
}

}  // namespace

sys_seconds local_midnight(sys_seconds at, const date::time_zone& zone) {
  return first_instant_of(date::floor<date::days>(local(at, zone)), zone);
}

sys_seconds next_local_midnight(sys_seconds at, const date::time_zone& zone) {
  return first_instant_of(date::floor<date::days>(local(at, zone)) + date::days{1}, zone);
}

interval fresh_window(const std::vector<interval>& covered, reach back, sys_seconds now,
                      const date::time_zone& zone) {
  if (covered.empty()) {
    return {.begin = local_midnight(now, zone), .end = now};
  }
  const sys_seconds settled = std::min(covered.back().end, now);
  const sys_seconds begin = back.before(now - settled > back.lookback ? now : settled);
  return {.begin = std::max(begin, std::min(covered.front().begin, now)), .end = now};
}

std::optional<interval> next_gap(const std::vector<interval>& covered, reach back,
                                 const date::time_zone& zone) {
  const std::vector<gap> open = gaps(covered);
  if (open.empty()) {
    return std::nullopt;
  }
  const gap& newest = open.back();
  const sys_seconds day = local_midnight(newest.end - seconds{1}, zone);
  if (day > newest.begin) {
    return interval{.begin = day, .end = newest.end};
  }
  const bool is_forgotten = back.horizon >= newest.begin;
  const sys_seconds overlap =
      is_forgotten ? newest.begin : std::min(back.before(newest.begin), newest.begin - seconds{1});
  return interval{.begin = std::max(overlap, covered.front().begin), .end = newest.end};
}

std::vector<interval> cover(std::vector<interval> covered, interval read, reach back) {
  for (const interval& known : covered) {
    const bool grows = known.begin < read.begin && read.begin <= known.end && known.end < read.end;
    if (grows && back.before(known.end) < read.begin) {
      read.begin = known.end + seconds{1};
    }
  }
  return unite(std::move(covered), read);
}

std::vector<interval> after_zone_change(std::vector<interval> covered, sys_seconds horizon) {
  if (covered.empty()) {
    return covered;
  }
  // From UTC-12 to UTC+14.
  constexpr std::chrono::hours widest_change{26};
  const interval origin{.begin = covered.front().begin, .end = covered.front().begin + seconds{1}};
  const sys_seconds end = std::max(covered.back().end - widest_change, horizon);
  return unite(cut_after(std::move(covered), end), origin);
}

metrics::local_interval in_local_time(interval window, const date::time_zone& zone) {
  const auto written = [&zone](sys_seconds at) {
    return metrics::local_seconds{local(at, zone).time_since_epoch()};
  };
  // Not the end's: a change of the clocks may lie between.
  return {.begin = written(window.begin), .end = written(window.end - seconds{1}) + seconds{1}};
}

seconds gaps_left(const std::vector<interval>& covered) {
  seconds left{0};
  for (const gap& each : gaps(covered)) {
    left += each.end - each.begin;
  }
  return left;
}

std::vector<interval> by_local_month(interval window, const date::time_zone& zone) {
  std::vector<interval> pieces;
  while (window.begin < window.end) {
    const date::year_month_day last{date::floor<date::days>(local(window.end - seconds{1}, zone))};
    const sys_seconds month =
        first_instant_of(date::local_days{last.year() / last.month() / date::day{1}}, zone);
    const interval piece{.begin = std::max(window.begin, month), .end = window.end};
    pieces.push_back(piece);
    window.end = piece.begin;
  }
  return pieces;
}

std::vector<interval> by_length(const std::vector<interval>& windows, seconds most) {
  std::vector<interval> pieces;
  for (interval window : windows) {
    while (window.begin < window.end) {
      const interval piece{.begin = std::max(window.begin, window.end - most), .end = window.end};
      pieces.push_back(piece);
      window.end = piece.begin;
    }
  }
  return pieces;
}

std::vector<interval> cut_out(const std::vector<interval>& windows, interval part) {
  std::vector<interval> pieces;
  for (const interval& window : windows) {
    const sys_seconds first = std::clamp(part.begin, window.begin, window.end);
    const sys_seconds second = std::clamp(part.end, window.begin, window.end);
    for (const interval& piece : {interval{.begin = second, .end = window.end},
                                  interval{.begin = window.begin, .end = first}}) {
      if (piece.begin < piece.end) {
        pieces.push_back(piece);
      }
    }
  }
  return pieces;
}

std::optional<std::pair<interval, interval>> halve(interval window) {
  const seconds length = window.end - window.begin;
  if (length <= seconds{1}) {
    return std::nullopt;
  }
  const sys_seconds middle = window.begin + length / 2;
  return std::pair{interval{.begin = middle, .end = window.end},
                   interval{.begin = window.begin, .end = middle}};
}

}  // namespace wolkvox::poll
