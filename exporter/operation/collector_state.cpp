#include "exporter/operation/collector_state.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace wolkvox::operation {

using logging::log_level;

namespace {

// Whose labels the collector's rows make.
std::vector<metrics::named_thing> told_apart(const config::label_choice& labels,
                                             const collectors::privacy& people) {
  std::vector<metrics::named_thing> things;
  using enum metrics::named_thing;
  for (const auto& [is_wanted, thing] :
       {std::pair{labels.agent && people.tells_agents_apart(), agent},
        {labels.skill, skill},
        {labels.campaign, campaign}}) {
    if (is_wanted) {
      things.push_back(thing);
    }
  }
  return things;
}

std::unique_ptr<metrics::accumulated> make_book(const basis& on,
                                                const config::collector_settings& how) {
  return std::make_unique<metrics::accumulated>(
      on.name(), on.settings->series_limit,
      [people = on.people](std::string_view id, std::string_view name) {
        return people->agent_label(id, name);
      },
      on.around.created, on.around.first_showing, told_apart(how.labels, *on.people));
}

// A hair apart in order of urgency: timers that are due at the same instant fire in no order.
steady_time first_poll(const basis& on, const collectors::definition& what) {
  return on.now() + std::chrono::microseconds{&what - collectors::all_collectors().data()};
}

}  // namespace

collector_state::collector_state(const basis& on, const collectors::definition& what,
                                 config::collector_settings how)
    : definition(&what),
      settings(std::move(how)),
      metrics(*on.around.self, on.name(), what),
      log(on.log.with("collector", what.name)),
      clock(poll::starting(settings.interval, first_poll(on, what))),
      stale(on.around.loop),
      due(on.around.loop),
      polls(on.around.loop, [bug = on.log](const std::string& problem) {
        bug(log_level::error, "internal error", {{"err", problem}});
      }) {
  metrics.interval(settings.interval);
  if (!is_live()) {
    book = make_book(on, settings);
  }
}

void collector_state::poll_at_latest(steady_time when) {
  clock.next = std::min(clock.next, when);
  due.cancel();
}

// A row that is broken is broken in each answer that holds it: told once, counted each time.
void collector_state::note_lost(std::uint64_t rows) {
  if (rows == 0) {
    return;
  }
  metrics.lost(rows);
  log(std::exchange(loss_told, true) ? log_level::debug : log_level::warn,
      "rows that are no JSON were passed over; the others of their answer count",
      {{"rows", std::to_string(rows)}});
}

// One line a collector: what does not fit today does not fit tomorrow.
void collector_state::note_dropped(std::uint64_t series, std::uint64_t limit) {
  metrics.dropped(series);
  if (series > 0 && !std::exchange(limit_told, true)) {
    log(log_level::warn, "series beyond series_limit are left out; raise it, or drop labels",
        {{"series_limit", std::to_string(limit)}});
  }
}

void collector_state::inherit(const collector_state& predecessor) {
  last_attempt = predecessor.last_attempt;
  last_success = predecessor.last_success;
  last_duration = predecessor.last_duration;
  tried = predecessor.tried;
  up = predecessor.up;
  last_error = predecessor.last_error;
}

}  // namespace wolkvox::operation
