#include "exporter/poll/report_poll.hpp"

#include <algorithm>
#include <utility>

#include "exporter/poll/windows.hpp"

namespace wolkvox::poll {

namespace {

// A row dated this long before the end of what was covered should have been there already: reports
// show a call 10 to 15 minutes after it (wolkvox-api.md 3.4).
constexpr std::chrono::minutes usual_delay{15};

// Of the lookback. Fresh windows are as long as the lookback: where much less of it does not come
// in time they do not either, and smaller pieces would spend the day's requests for nothing.
constexpr int shortest_piece = 8;
// Quick pieces in a row before one is asked that is as long as one that came too late.
constexpr std::uint32_t quick_before_too_long = 8;

// What one broken answer may cost of the day's requests, in one poll.
constexpr std::uint32_t most_unreadable_requests = 8;

// Broken rows may follow each other; where more than this cannot be read, no row is the reason.
constexpr std::chrono::minutes rows_lie_together{1};

}  // namespace

report_poll::report_poll(report_settings settings, report_memory& memory, sys_seconds now,
                         const date::time_zone& zone)
    : settings_(settings),
      memory_(memory),
      now_(now),
      zone_(zone),
      // A platform clock that once ran ahead must not leave the future covered.
      covered_before_(cut_after(memory.covered, now)),
      covered_(covered_before_) {
  is_clock_behind_ = settings_.how == rhythm::windows && now <= memory_.horizon;
  if (is_before_counting_began() || is_clock_behind_) {
    return;  // nothing to ask until the platform's clock is right again
  }
  if (covered_.empty()) {
    // Where counting begins is kept with the first settlement, whichever piece that is of: what
    // lies between is then a gap. The second itself is read again, as every gap's edge is.
    const sys_seconds begin = local_midnight(now, zone);
    origin_ = interval{.begin = begin, .end = begin + std::chrono::seconds{1}};
  }
  pieces_ = settings_.how == rhythm::days
                ? days_to_read(covered_, now, zone)
                : by_local_month(fresh_window(covered_, reach_back(), now, zone), zone);
  if (settings_.how == rhythm::days) {
    std::erase_if(pieces_, [this](const interval& day) {
      const auto read = memory_.past_days.find(day.begin);
      return read != memory_.past_days.end() && !is_due(day, read->second, now_);
    });
  }
  pieces_ = around_unreadable(std::move(pieces_));
  std::ranges::reverse(pieces_);
}

// By the platform's clock alone: where ours agrees with it, the beginning was the mistake.
bool report_poll::is_before_counting_began() const {
  if (memory_.covered.empty() || !settings_.wall) {
    return false;
  }
  const sys_seconds begin = memory_.covered.front().begin;
  return now_ <= begin && *settings_.wall > begin;
}

std::optional<interval> report_poll::next() {
  if (is_clock_behind_) {
    return std::nullopt;
  }
  // A gap around such a second is three pieces.
  const bool may_go_on = unreadable_requests_ + 3 <= most_unreadable_requests;
  if (pieces_.empty() && settings_.how == rhythm::windows && may_go_on) {
    plan_gap();
  }
  if (pieces_.empty()) {
    plan_suspect();
  }
  if (pieces_.empty()) {
    memory_.has_caught_up = memory_.has_caught_up || gaps_left(covered_).count() == 0;
    return std::nullopt;
  }
  if (settings_.how == rhythm::days) {
    catching_up_ = pieces_.back().begin < local_midnight(now_, zone_);
  }
  if (settings_.how == rhythm::days && !catching_up_ && pieces_.back().begin < memory_.horizon) {
    is_clock_behind_ = true;
    return std::nullopt;
  }
  return pieces_.back();
}

reach report_poll::reach_back() const {
  const auto lookback =
      memory_.has_caught_up ? settings_.lookback : std::max(settings_.lookback, settings_.settling);
  return {.lookback = lookback, .horizon = memory_.horizon};
}

void report_poll::plan_gap() {
  const std::optional<interval> gap = next_gap(covered_, reach_back(), zone_);
  // A gap that its answer did not close is left to the next poll.
  if (!gap || gap == last_gap_) {
    return;
  }
  last_gap_ = gap;
  catching_up_ = true;
  pieces_ = by_local_month(*gap, zone_);
  if (memory_.pace) {
    pieces_ = by_length(pieces_, memory_.pace->longest);
  }
  pieces_ = around_unreadable(std::move(pieces_));
  std::ranges::reverse(pieces_);
}

// Newest first: without the seconds that stay unreadable, which count as read, and without what is
// to be asked in halves.
std::vector<interval> report_poll::around_unreadable(std::vector<interval> pieces) {
  for (const interval& second : memory_.unreadable) {
    const bool is_asked = std::ranges::any_of(pieces, [&](const interval& piece) {
      return piece.begin <= second.begin && second.end <= piece.end;
    });
    if (is_asked) {
      read_ = unite(std::move(read_), second);
    }
    pieces = cut_out(pieces, second);
  }
  for (const suspect& each : memory_.suspects) {
    pieces = cut_out(pieces, each.window);
  }
  return pieces;
}

// The halves of what could not be read, the shortest first: one second is found before the next is
// looked for. A second has no halves: it is given up where others beside it could be read; where
// none could, whatever it is, it is no row's fault, and the next poll begins anew.
void report_poll::plan_suspect() {
  auto& suspects = memory_.suspects;
  const auto shortest = std::ranges::min_element(
      suspects, {}, [](const suspect& each) { return each.window.end - each.window.begin; });
  if (shortest == suspects.end() || unreadable_requests_ + 2 > most_unreadable_requests) {
    return;
  }
  catching_up_ = true;
  const suspect chosen = *shortest;
  const auto parts = halve(chosen.window);
  if (!parts && !chosen.beside_readable) {
    std::erase_if(suspects, [](const suspect& each) { return !each.beside_readable; });
    unreadable_requests_ = most_unreadable_requests;
    given_up_ = true;
    return;
  }
  suspects.erase(shortest);
  if (!parts) {
    passed_over_ = true;
    pieces_ = {chosen.window};
    return;
  }
  halved_ = halved{.whole = chosen};
  pieces_ = {parts->second, parts->first};
}

// The rest of an overlap whose end was read by this poll: left to the next, all of it would have to
// be read again.
bool report_poll::is_owed() const {
  const interval piece = pieces_.back();
  return std::ranges::any_of(read_,
                             [&](const interval& each) { return each.begin == piece.end; }) &&
         std::ranges::any_of(covered_, [&](const interval& each) {
           return each.begin <= piece.begin && piece.end <= each.end;
         });
}

void report_poll::came_too_late() {
  if (!catching_up_ || settings_.how != rhythm::windows) {
    return;
  }
  const interval piece = pieces_.back();
  const auto least = std::max(settings_.lookback / shortest_piece, std::chrono::seconds{1});
  const auto length = piece.end - piece.begin;
  memory_.pace = gap_pace{.longest = std::max(length / 2, least), .too_long = length};
}

// Back to whole days as the platform allows, and for the next gap in any case. That a remainder was
// quick says nothing.
void report_poll::pace(const settlement_terms& terms) {
  if (!memory_.pace || !catching_up_) {
    return;
  }
  gap_pace& pace = *memory_.pace;
  if (terms.quick && terms.read.end - terms.read.begin >= pace.longest) {
    ++pace.quick;
    if (2 * pace.longest < pace.too_long || pace.quick >= quick_before_too_long) {
      pace.longest *= 2;
      pace.quick = 0;
    }
  }
  if (pace.longest >= std::chrono::days{1} || gaps_left(covered_).count() == 0) {
    memory_.pace.reset();
  }
}

bool report_poll::came_unreadable() {
  if (settings_.how == rhythm::days) {
    return false;
  }
  ++unreadable_requests_;
  const interval piece = pieces_.back();
  pieces_.pop_back();
  if (halved_) {
    half_ended(piece, false);
  } else {
    memory_.suspects.push_back({.window = piece});
  }
  return true;
}

void report_poll::half_ended(interval piece, bool could_be_read) {
  halved_->some_readable = halved_->some_readable || could_be_read;
  if (!could_be_read) {
    halved_->unreadable.push_back(piece);
  }
  if (--halved_->left > 0) {
    return;
  }
  narrowed_ = narrowed_ || halved_->some_readable;
  const suspect& whole = halved_->whole;
  const bool is_short = whole.window.end - whole.window.begin <= rows_lie_together;
  const bool beside_readable = halved_->some_readable || (whole.beside_readable && is_short);
  for (const interval& each : halved_->unreadable) {
    memory_.suspects.push_back({.window = each, .beside_readable = beside_readable});
  }
  halved_.reset();
}

std::optional<settlement_terms> report_poll::answered(std::uint64_t rows,
                                                      std::optional<sys_seconds> date, bool quick) {
  settlement_terms terms;
  const bool is_looking = unreadable_requests_ > 0 || is_left_unreadable();
  unreadable_requests_ += is_looking && !passed_over_ ? 1 : 0;
  terms.quick = quick;
  terms.late_before = sys_seconds::min();
  if (rows >= settings_.row_cap) {
    const auto parts = settings_.how == rhythm::windows ? halve(pieces_.back()) : std::nullopt;
    if (parts) {
      pieces_.back() = parts->second;
      pieces_.push_back(parts->first);
      if (halved_) {
        ++halved_->left;
      }
      return std::nullopt;
    }
    terms.beyond_cap = true;
    terms.is_whole = false;
  }
  // A window that was asked for beyond the platform's own clock is not covered yet.
  interval piece = pieces_.back();
  piece.end = std::min(piece.end, date.value_or(piece.end));
  if (settings_.how == rhythm::windows) {
    for (const interval& known : covered_before_) {
      if (known.begin <= piece.begin && piece.begin < known.end) {
        terms.late_before = known.end - usual_delay;
      }
    }
  }
  terms.covered = covered_;
  if (origin_) {
    terms.covered = unite(std::move(terms.covered), *origin_);
  }
  if (settings_.how == rhythm::windows) {
    terms.covered = cover(std::move(terms.covered), read_with(piece), reach_back());
  } else if (!catching_up_) {
    // A day that is over is covered to its end only once it is finished.
    terms.covered = unite(std::move(terms.covered), piece);
  }
  terms.read = piece;
  return terms;
}

// What this poll has read in one stretch, once `piece` is in.
interval report_poll::read_with(interval piece) const {
  for (const interval& stretch : unite(read_, piece)) {
    if (stretch.begin <= piece.begin && piece.end <= stretch.end) {
      return stretch;
    }
  }
  return piece;
}

void report_poll::settled(const settlement_terms& terms, bool changed) {
  const interval piece = pieces_.back();
  pieces_.pop_back();
  read_ = unite(std::move(read_), terms.read);
  covered_ = terms.covered;
  memory_.kept = covered_;
  has_caught_up_ = has_caught_up_ || catching_up_;
  pace(terms);
  if (settings_.how == rhythm::days && catching_up_) {
    finish_day(piece, changed);
  }
  memory_.covered = covered_;
  if (std::exchange(passed_over_, false)) {
    memory_.unreadable.push_back(piece);
  } else if (halved_) {
    half_ended(piece, true);
  }
}

void report_poll::finish_day(interval day, bool changed) {
  const auto known = memory_.past_days.find(day.begin);
  const auto previous =
      known == memory_.past_days.end() ? std::nullopt : std::optional{known->second};
  if (!changed && finishes_day(day, previous, now_)) {
    // Kept with the next settlement; a restart before it reads the day twice more.
    covered_ = unite(std::move(covered_), day);
    memory_.past_days.erase(day.begin);
  } else {
    memory_.past_days[day.begin] = {.day = day.begin, .read_at = now_};
  }
}

}  // namespace wolkvox::poll
