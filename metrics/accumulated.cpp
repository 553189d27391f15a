// The rule of first showing, the names put beside ids, and who leaves.
#include "metrics/accumulated.hpp"

#include <algorithm>
#include <compare>
#include <span>
#include <stdexcept>
#include <utility>

#include "metrics/exposition/label_order.hpp"
#include "metrics/named_labels.hpp"

namespace wolkvox::metrics {

namespace {

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
                         created_samples in_openmetrics, instant::duration showing,
                         std::vector<named_thing> told_apart)
    : operation_(std::move(operation)),
      series_limit_(series_limit),
      agent_label_(std::move(label)),
      created_(in_openmetrics),
      showing_(showing),
      told_apart_(std::move(told_apart)),
      names_(std::make_shared<const name_directory>()) {}

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
  return refused;
}

std::uint64_t accumulated::apply(const std::vector<series_state>& changed) {
  std::uint64_t refused = 0;
  for (const auto& state : changed) {
    refused += take(state);
  }
  return refused;
}

std::uint64_t accumulated::take(const series_state& state) {
  if (state.retired) {
    return 0;
  }
  auto found = series_.find(state.key);
  if (found == series_.end()) {
    const auto lines = lines_of(state);
    const bool made = is_made(state.key, told_apart_);
    if (made && lines > series_limit_ - lines_) {
      return lines;
    }
    (made ? lines_ : lines_not_made_) += lines;
    found = series_
                .emplace(state.key, presented{.series = accumulated_series{registry_, state},
                                              .lines = lines,
                                              .made = made,
                                              .shown = state.shown,
                                              .offered = {}})
                .first;
    found->second.renames = next_names_ && is_renamed(state.key, *names_, *next_names_);
  }
  found->second.series.hold(registry_, state);
  found->second.grown = state.grown;
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
}

std::optional<renaming> accumulated::rename_due(instant now) const {
  const bool is_too_early = std::ranges::any_of(series_, [&](const auto& each) {
    return each.second.shown && each.second.renames && !was_offered(each.second, now);
  });
  if (next_names_ == nullptr || is_too_early) {
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
  for (auto& [key, what] : series_) {
    if (!std::exchange(what.renames, false)) {
      continue;
    }
    if (std::exchange(what.shown, false)) {
      what.series.conceal_start();
    }
    what.offered.reset();
  }
}

bool accumulated::was_offered(const presented& what, instant now) const {
  return what.offered && now - *what.offered >= showing_;
}

std::vector<series_key> accumulated::keys_to_show(instant now) const {
  std::vector<series_key> keys;
  for (const auto& [key, what] : series_) {
    if (what.waits() && was_offered(what, now)) {
      keys.push_back(key);
    }
  }
  return keys;
}

void accumulated::show(const std::vector<series_key>& keys) {
  for (const auto& key : keys) {
    series_.at(key).shown = true;
  }
}

std::vector<series_stand> accumulated::retirement_due(const retirement_terms& terms,
                                                      instant now) const {
  std::vector<series_stand> due;
  for (const auto& [key, what] : series_) {
    const bool stands = !what.renames && !what.series.is_ahead() && was_offered(what, now);
    if (stands && may_leave(key, what, terms)) {
      due.emplace_back(key, what.series.exposed());
    }
  }
  return due;
}

// What the configuration does not make any more takes no room from what it does make.
bool accumulated::may_leave(const series_key& key, const presented& what,
                            const retirement_terms& terms) const {
  const bool is_old = terms.after.count() > 0 && terms.now - what.grown >= terms.after;
  if (!has_id(key)) {
    return false;
  }
  if (!what.made) {
    return is_old || lines_ + lines_not_made_ > series_limit_;
  }
  return is_old && terms.roster != nullptr && has_left(key, *terms.roster);
}

void accumulated::retire(const std::vector<series_stand>& left) {
  for (const auto& [key, stand] : left) {
    const auto gone = series_.find(key);
    (gone->second.made ? lines_ : lines_not_made_) -= gone->second.lines;
    gone->second.series.leave(registry_);
    series_.erase(gone);
  }
}

void accumulated::show_all() {
  if (next_names_ != nullptr) {
    rename();
  }
  for (auto& [key, what] : series_) {
    what.shown = true;
  }
}

void accumulated::expose_shown() {
  for (auto& [key, what] : series_) {
    if (what.shown && !what.renames && what.series.is_ahead()) {
      what.series.expose();
      what.offered.reset();
    }
  }
}

page_set accumulated::pages() {
  expose_shown();  // not earlier: names that changed after the settlement make series stand still
  recorder out{created_};
  write(out);
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

std::optional<accumulated::instant> accumulated::pages_published(instant now) {
  for (auto& [key, what] : series_) {
    what.offered = what.offered.value_or(now);
  }
  return next_showing();
}

// The first growth that waits; names change when the last series that bears one has stood still.
std::optional<accumulated::instant> accumulated::next_showing() const {
  std::optional<instant> growth;
  std::optional<instant> names;
  for (const auto& [key, what] : series_) {
    const auto due = *what.offered + showing_;
    if (what.waits()) {
      growth = std::min(due, growth.value_or(due));
    } else if (what.shown && what.renames) {
      names = std::max(due, names.value_or(due));
    }
  }
  return names ? std::min(*names, growth.value_or(*names)) : growth;
}

}  // namespace wolkvox::metrics
