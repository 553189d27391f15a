// The rule of first showing, and the names put beside ids.
#include "metrics/accumulated.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

#include "metrics/exposition/label_order.hpp"

namespace wolkvox::metrics {

namespace {

// Labels that a name stands beside (contract section 3).
struct named_label {
  std::string_view id;
  std::string_view name;
  named_thing kind;
};
constexpr std::array named_labels{
    named_label{.id = "agent_id", .name = "agent", .kind = named_thing::agent},
    named_label{.id = "skill_id", .name = "skill", .kind = named_thing::skill},
    named_label{.id = "campaign_id", .name = "campaign", .kind = named_thing::campaign},
};

const named_label* find_id_label(std::string_view label_name) {
  const auto* const at = std::ranges::find(named_labels, label_name, &named_label::id);
  return at == named_labels.end() ? nullptr : at;
}

bool is_entity_label(std::string_view label_name) {
  return std::ranges::any_of(named_labels, [label_name](const named_label& each) {
    return label_name == each.id || label_name == each.name;
  });
}

// The ids that a series is about, and names that the key carries itself: they come first in every
// family's labels.
std::span<const owned_label> entity_labels(const series_key& key) {
  const auto end = std::ranges::find_if_not(key.labels, is_entity_label, &owned_label::name);
  return {key.labels.begin(), end};
}

bool same_labels(std::span<const owned_label> a, std::span<const owned_label> b) {
  return std::ranges::equal(a, b, [](const owned_label& x, const owned_label& y) {
    return x.value == y.value && x.name == y.name;
  });
}

bool is_renamed(const series_key& key, const name_directory& before, const name_directory& after) {
  return std::ranges::any_of(key.labels, [&](const owned_label& each) {
    const auto* named = find_id_label(each.name);
    return named != nullptr &&
           before.name_or_id(named->kind, each.value) != after.name_or_id(named->kind, each.value);
  });
}

// Lines that a series takes in the exposition.
std::uint64_t lines_of(const series_state& state) {
  const bool is_histogram = describe(state.key.family).type == metric_type::histogram;
  return is_histogram ? state.bounds.size() + 3 : 1;
}

// Reads the labels of a series as they are shown: operation, ids each with its name, the rest.
class label_reader {
 public:
  label_reader(std::string_view operation, const name_directory& names,
               const accumulated::agent_label& agent)
      : operation_(operation), names_(names), agent_(agent) {}

  // Valid until the next call.
  std::span<const label> shared(std::span<const owned_label> entity) {
    labels_.assign({{.name = "operation", .value = operation_}});
    for (std::size_t i = 0; i < entity.size(); ++i) {
      const auto& [name, value] = entity[i];
      labels_.push_back({name, value});
      const auto* named = find_id_label(name);
      if (named == nullptr) {
        continue;
      }
      const bool brings_its_name = i + 1 < entity.size() && entity[i + 1].name == named->name;
      if (!brings_its_name) {
        labels_.push_back({named->name, name_of(*named, value)});
      }
    }
    return labels_;
  }

 private:
  std::string_view name_of(const named_label& named, std::string_view id) {
    const auto name = names_.name_or_id(named.kind, id);
    if (named.kind != named_thing::agent || id.empty()) {
      return name;
    }
    agent_text_ = agent_(id, name);
    return agent_text_;
  }

  std::string_view operation_;
  const name_directory& names_;
  const accumulated::agent_label& agent_;
  std::string agent_text_;
  std::vector<label> labels_;
};

}  // namespace

bool accumulated::display_order::operator()(const series_key& a, const series_key& b) const {
  if (a.family != b.family) {
    return a.family < b.family;
  }
  return std::lexicographical_compare_three_way(
             a.labels.begin(), a.labels.end(), b.labels.begin(), b.labels.end(),
             [](const owned_label& x, const owned_label& y) {
               const auto by_value = compare_label_values(x.value, y.value);
               return by_value != 0 ? by_value : x.name <=> y.name;
             }) < 0;
}

accumulated::accumulated(std::string operation, std::uint64_t series_limit, agent_label label,
                         created_samples in_openmetrics)
    : operation_(std::move(operation)),
      series_limit_(series_limit),
      agent_label_(std::move(label)),
      created_(in_openmetrics),
      names_(std::make_shared<const name_directory>()),
      last_served_(std::numeric_limits<instant::rep>::min()) {}

std::uint64_t accumulated::restore(const std::vector<series_state>& states,
                                   const name_directory& names) {
  names_ = std::make_shared<const name_directory>(names);
  std::uint64_t refused = 0;
  for (const bool shown : {true, false}) {
    for (const auto& state : states) {
      if (state.shown == shown) {
        refused += take(state);
      }
    }
  }
  expose_shown();
  count_held_back();
  return refused;
}

std::uint64_t accumulated::apply(const std::vector<series_state>& changed) {
  std::uint64_t refused = 0;
  for (const auto& state : changed) {
    refused += take(state);
  }
  count_held_back();
  return refused;
}

std::uint64_t accumulated::take(const series_state& state) {
  auto found = series_.find(state.key);
  if (found == series_.end()) {
    const auto lines = lines_of(state);
    if (lines > series_limit_ - lines_) {
      return lines;
    }
    lines_ += lines;
    found = series_
                .emplace(state.key, presented{.series = accumulated_series{registry_, state},
                                              .shown = state.shown,
                                              .offered_at = {}})
                .first;
    found->second.renames = next_names_ && is_renamed(state.key, *names_, *next_names_);
    watched_.push_back(&*found);
  }
  found->second.series.hold(registry_, state);
  return 0;
}

void accumulated::use_names(const std::shared_ptr<const name_directory>& names) {
  if (names == given_names_) {
    return;
  }
  given_names_ = names;
  const auto changes = names_->changes_to(*names);
  next_names_ = nullptr;
  if (changes != name_directory{}) {
    auto next = std::make_shared<name_directory>(*names_);
    next->learn(changes);
    next_names_ = std::move(next);
  }
  for (auto& [key, what] : series_) {
    what.renames = next_names_ != nullptr && is_renamed(key, *names_, *next_names_);
  }
  count_held_back();
}

std::optional<renaming> accumulated::rename_due(instant now) const {
  const bool is_unseen = std::ranges::any_of(watched_, [&](const auto* each) {
    return each->second.shown && each->second.renames && !was_seen(each->second, now);
  });
  if (next_names_ == nullptr || is_unseen) {
    return std::nullopt;
  }
  renaming change{.names = names_->changes_to(*next_names_), .series = {}};
  for (const auto& [key, what] : series_) {
    if (what.shown && what.renames) {
      change.series.emplace_back(key, what.series.exposed());
    }
  }
  return change;
}

void accumulated::rename() {
  names_ = std::exchange(next_names_, nullptr);
  watched_.clear();
  for (auto& each : series_) {
    auto& what = each.second;
    if (std::exchange(what.renames, false)) {
      if (what.shown) {
        what.series.conceal_start();
      }
      what.shown = false;
      what.at = stage::unwritten;
    }
    if (!what.shown || what.at != stage::seen) {
      watched_.push_back(&each);
    }
  }
  count_held_back();
}

bool accumulated::was_seen(const presented& of, instant now) const {
  if (of.at != stage::offered) {
    return of.at == stage::seen;
  }
  // A scrape that gathered at the very instant of publication may have gathered just before it.
  const instant served{instant::duration{last_served_.load(std::memory_order_relaxed)}};
  return served > of.offered_at || now - of.offered_at >= longest_hold;
}

std::vector<series_key> accumulated::keys_to_show(instant now) const {
  std::vector<series_key> keys;
  for (const auto* each : watched_) {
    const auto& what = each->second;
    if (!what.shown && !what.renames && what.series.is_ahead() && was_seen(what, now)) {
      keys.push_back(each->first);
    }
  }
  return keys;
}

void accumulated::show(const std::vector<series_key>& keys) {
  for (const auto& key : keys) {
    series_.at(key).shown = true;
  }
  count_held_back();
}

void accumulated::show_all() {
  if (next_names_ != nullptr) {
    rename();
  }
  for (auto* each : watched_) {
    each->second.shown = true;
  }
  count_held_back();
}

void accumulated::count_held_back() {
  const auto held = std::ranges::count_if(watched_, [](const auto* each) {
    return !each->second.shown && each->second.series.is_ahead();
  });
  held_back_.store(static_cast<std::size_t>(held) + (next_names_ != nullptr ? 1 : 0),
                   std::memory_order_relaxed);
}

void accumulated::expose_shown() {
  for (auto& each : series_) {
    auto& what = each.second;
    if (!what.shown || what.renames || !what.series.is_ahead()) {
      continue;
    }
    what.series.expose();
    if (what.at == stage::seen) {
      watched_.push_back(&each);
    }
    what.at = stage::unwritten;
  }
}

page_set accumulated::pages() {
  expose_shown();  // not earlier: names that changed after the settlement make series stand still
  recorder out{created_};
  write(out);
  for (auto* each : watched_) {
    if (each->second.at == stage::unwritten) {
      each->second.at = stage::encoded;
    }
  }
  return make_pages(out.finish());
}

void accumulated::write(sink& out) const {
  label_reader reader{operation_, *names_, agent_label_};
  const series_key* before = nullptr;
  label_block block{};
  std::vector<label> own;
  for (const auto& [key, what] : series_) {
    const auto entity = entity_labels(key);
    if (before == nullptr || !same_labels(entity_labels(*before), entity)) {
      block = out.block(reader.shared(entity));
    }
    if (before == nullptr || before->family != key.family) {
      out.open(key.family);
    }
    before = &key;
    own.clear();
    for (const auto& [name, value] : std::span{key.labels}.subspan(entity.size())) {
      own.push_back({name, value});
    }
    what.series.write(block, out.block(own), out);
  }
}

void accumulated::pages_published(instant now) {
  std::erase_if(watched_, [&](auto* each) {
    auto& what = each->second;
    const bool is_done = what.shown && was_seen(what, now);
    what.at = is_done ? stage::seen : what.at;
    return is_done;
  });
  for (auto* each : watched_) {
    if (each->second.at == stage::encoded) {
      each->second.at = stage::offered;
      each->second.offered_at = now;
    }
  }
}

void accumulated::scrape_served(instant gathered) {
  auto latest = last_served_.load(std::memory_order_relaxed);
  const auto mine = gathered.time_since_epoch().count();
  while (latest < mine && !last_served_.compare_exchange_weak(latest, mine)) {
  }
}

}  // namespace wolkvox::metrics
