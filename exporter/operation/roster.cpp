#include "exporter/operation/roster.hpp"

#include <utility>

namespace wolkvox::operation {

namespace {

// How often, at most, a name that nobody is known by has the roster asked for it.
constexpr std::chrono::hours asked_again{1};
constexpr std::chrono::hours strangers_kept{48};
// A roster that was not read for so long tells nobody's leaving.
constexpr std::chrono::hours tells_for{24};

}  // namespace

roster::roster(const std::optional<metrics::people_rule>& rule)
    : names_(std::make_shared<const metrics::name_directory>()),
      shown_(std::make_shared<shown_names>(rule)),
      stand_in_(rule ? rule->name : metrics::name_directory::stand_in{}) {}

void roster::restore(metrics::name_directory kept) {
  names_ = std::make_shared<const metrics::name_directory>(std::move(kept));
}

void roster::learn_missing(const metrics::name_directory& shown) {
  auto names = std::make_shared<metrics::name_directory>(*names_);
  names->learn_missing(shown);
  names_ = std::move(names);
}

// A name once shown stays until the roster tells another for the same id: a label that went back to
// the id would be another series to Prometheus. Other reports name what has no name yet. Nearly
// always nothing changes: then nothing of a directory of 60,000 names is copied.
void roster::take(collectors::outcome& told, sys_seconds wall, steady_time now) {
  const auto missing = names_->missing_of(told.seen);
  const bool is_told = missing != metrics::name_directory{};
  const bool may_be_news = told.roster && names_->is_news(*told.roster);
  if (is_told || may_be_news) {
    auto changed = std::make_shared<metrics::name_directory>(*names_);
    changed->learn(missing);
    const bool is_news = may_be_news && changed->hear(*told.roster, wall, stand_in_);
    if (is_news || is_told) {
      names_ = std::move(changed);
      is_kept_ = false;
    }
  }
  if (told.roster) {
    read_ = std::make_shared<const metrics::name_directory>(std::move(*told.roster));
    read_at_ = now;
  }
}

void roster::note_strangers(const std::set<metrics::identity>& seen, steady_time now) {
  std::erase_if(strangers_, [&](const auto& each) { return now - each.second > strangers_kept; });
  for (const metrics::identity& each : seen) {
    strangers_.try_emplace(each, now);
  }
}

std::set<metrics::identity> roster::known_strangers(steady_time now) const {
  std::set<metrics::identity> known;
  for (const auto& [id, since] : strangers_) {
    if (since < read_at_ || now - since >= asked_again) {
      known.insert(id);
    }
  }
  return known;
}

bool roster::shall_be_asked(steady_time now) {
  if (wanted_ && now - *wanted_ < asked_again) {
    return false;
  }
  wanted_ = now;
  return true;
}

metrics::retirement_terms roster::retirement(std::chrono::milliseconds after, sys_seconds wall,
                                             steady_time now) const {
  const bool is_fresh = now - read_at_ <= tells_for;
  return {.after = after, .now = wall, .roster = is_fresh ? read_ : nullptr};
}

roster::directory roster::take_unkept() {
  return std::exchange(is_kept_, true) ? nullptr : names_;
}

}  // namespace wolkvox::operation
