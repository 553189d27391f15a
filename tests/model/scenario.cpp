#include "tests/model/scenario.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include "exporter/poll/windows.hpp"

namespace wolkvox::model {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

constexpr std::string_view zones[] = {"America/Bogota", "America/New_York", "Europe/Madrid",
                                      "Australia/Lord_Howe", "America/Havana"};

// The moment that a history is to cross: a change of the clocks, a month's end, 29 February, or a
// plain midnight.
sys_seconds landmark(dice& chance, const date::time_zone& zone) {
  const sys_seconds any =
      sys_days{std::chrono::year{2026} / 1 / 1} + chance.between(0s, days{1000});
  switch (chance.between(0, 3)) {
    case 0:
      if (const auto change = zone.get_info(any).end; change < any + days{400}) {
        return change;
      }
      return any;
    case 1: {
      const date::year_month_day day{date::floor<date::days>(any)};
      return poll::local_midnight(date::sys_days{day.year() / day.month() / 1} + days{32}, zone);
    }
    case 2:
      return poll::local_midnight(
          sys_days{std::chrono::year{2028} / 2 / 29} + 12h + chance.between(0, 1) * days{1}, zone);
    default:
      return poll::local_midnight(any, zone);
  }
}

void draw_clocks(scenario& made, dice& chance) {
  constexpr seconds skews[] = {0s, 0s, 7s, -95s, 1h, -1h, 5h, -11h};
  made.platform_skew = chance.pick(skews);
  made.own_skew = chance.pick(skews);
  made.jump_percent = chance.one_in(3) ? 60 : 0;
  // A day from end to end: identities are kept for a day beyond the lookback, so a platform clock
  // that returns from further ahead shows rows again that were forgotten.
  constexpr seconds ranges[] = {10min, 1h, 6h, days{1}};
  const seconds range = chance.pick(ranges);
  made.lowest_skew = made.platform_skew - (chance.one_in(2) ? range : 0s);
  made.highest_skew = made.lowest_skew + range;
}

void draw_reports(scenario& made, dice& chance) {
  constexpr std::string_view known[] = {"abandoned_calls", "hold_mute", "calls", "cdr"};
  if (chance.one_in(12)) {
    made.collectors.assign(std::begin(known), std::end(known));
  } else {
    made.collectors = {chance.pick(known)};
  }
  constexpr seconds intervals[] = {5min, 5min, 10min, 15min};
  made.interval = chance.pick(intervals);
  constexpr seconds lookbacks[] = {10min, 30min, 1h, 2h};
  made.lookback = chance.pick(lookbacks);
  made.codes_settle = std::min<seconds>(30min, made.lookback / 2);
}

}  // namespace

scenario scenario::draw(dice& chance) {
  scenario made;
  made.zone_name = chance.pick(zones);
  made.zone = date::locate_zone(made.zone_name);
  made.start = landmark(chance, *made.zone) - chance.between(0s, 30h);
  draw_reports(made, chance);
  draw_clocks(made, chance);
  constexpr std::int64_t caps[] = {12, 25, 50, 60'000};
  made.row_cap = chance.pick(caps);
  made.segments = chance.between(1, 4);
  constexpr std::int64_t errors[] = {0, 5, 25, 50};
  made.error_percent = chance.pick(errors);
  made.kill_percent = chance.one_in(4) ? 0 : 70;
  made.calls_per_hour = chance.between(2, 10);
  made.is_scraped_steadily = chance.one_in(2);
  made.roster_from = made.start + chance.between(-1h, 6h);
  made.is_decoded = chance.one_in(4);
  made.has_totals_row = chance.one_in(2);
  made.shows_old_rows = made.row_cap > 50 && chance.one_in(4);
  made.changes_lookback = chance.one_in(3);
  constexpr seconds retirements[] = {0s, 30min, 2h, 12h};
  made.retire_after = chance.pick(retirements);
  made.leaves_at = made.start + chance.between(0s, 12h);
  made.alternates_names = chance.one_in(3);
  return made;
}

std::string scenario::to_text() const {
  std::string reports;
  for (const std::string_view name : collectors) {
    reports += fmt::format(" {}", name);
  }
  return fmt::format(
      "{} from {}:{}, every {}, lookback {}, cap {}, errors {}%, kills {}%, skew {} (from {} to "
      "{}, "
      "jumps {}%), own skew {}, roster {}, scrapes {}, retires after {}{}",
      zone_name, date::format("%FT%TZ", start), reports, interval.count(), lookback.count(),
      row_cap, error_percent, kill_percent, platform_skew.count(), lowest_skew.count(),
      highest_skew.count(), jump_percent, own_skew.count(), roster_from > start ? "late" : "known",
      is_scraped_steadily ? "steady" : "rare", retire_after.count(),
      alternates_names ? ", names alternate" : "");
}

}  // namespace wolkvox::model
