#include "metrics/ledger/people.hpp"

#include <algorithm>
#include <utility>

#include "metrics/ledger/counting.hpp"

namespace wolkvox::metrics {
namespace {

constexpr std::string_view id_label = "agent_id";
constexpr std::string_view name_label = "agent";

std::vector<owned_label> kept_labels(const std::vector<owned_label>& labels,
                                     const people_rule& rule) {
  std::vector<owned_label> kept;
  for (const auto& [name, value] : labels) {
    const bool is_of_agent = name == id_label || name == name_label;
    if (!is_of_agent) {
      kept.push_back({name, value});
    } else if (rule.agents) {
      // An id may be ""; a name stands in a key only where there is one.
      auto text = name == id_label ? rule.id(value) : rule.name(value);
      if (name == id_label || !text.empty()) {
        kept.push_back({name, std::move(text)});
      }
    }
  }
  return kept;
}

std::string_view label_of(const series_key& key, std::string_view name) {
  const auto found = std::ranges::find(key.labels, name, &owned_label::name);
  return found == key.labels.end() ? std::string_view{} : std::string_view{found->value};
}

// The name that pages put beside an id.
std::string_view shown_beside(const series_key& key, const name_directory& names) {
  return names.name_or_id(named_thing::agent, label_of(key, id_label));
}

// What pages show of a series.
shown_amount exposed(const series_state& state) {
  return state.shown
             ? shown_amount{.total = state.total, .buckets = state.buckets, .native = state.native}
             : state.base;
}

void add_buckets(std::vector<std::uint64_t>& sum, const std::vector<std::uint64_t>& more) {
  sum.resize(std::max(sum.size(), more.size()));
  std::ranges::transform(more, sum, sum.begin(), std::plus{});
}

void add(shown_amount& sum, const shown_amount& more) {
  sum.total += more.total;
  add_buckets(sum.buckets, more.buckets);
  sum.native += more.native;
}

void take_bounds(series_state& state, const std::vector<double>& bounds) {
  if (state.bounds == bounds) {
    return;
  }
  state.buckets = rebucket(state.bounds, state.buckets, bounds);
  if (!state.base.buckets.empty()) {
    state.base.buckets = rebucket(state.bounds, state.base.buckets, bounds);
  }
  state.bounds = bounds;
}

// Who is listed without a name is listed under the id, which is none: pages show the id.
std::string kept_name(std::string_view id, std::string_view name, const people_rule& rule) {
  return name == id ? rule.id(id) : rule.name(name);
}

// Several spellings may have become one, which the id may also bear now.
void keep_former(name_directory& kept, named_thing kind, std::string_view id,
                 const std::vector<former_name>& formers, const people_rule& rule) {
  const auto kept_id = rule.id(id);
  for (const former_name& each : formers) {
    auto name = rule.name(each.name);
    if (!name.empty() && kept.find(kind, kept_id) != name) {
      kept.learn_former(kind, kept_id, {.name = std::move(name), .told = each.told});
    }
  }
}

struct group {
  std::vector<series_key> from;
  std::vector<series_state> parts;
  bool changes = false;
};

erasure::of_collector erase(collector_state& state, const people_rule& rule) {
  erasure::of_collector changed;
  auto names = kept_names(state.names, rule);
  std::map<series_key, group> groups;
  for (series_state& each : state.series) {
    const series_key key{.family = each.key.family, .labels = kept_labels(each.key.labels, rule)};
    group& target = groups[key];
    target.changes = target.changes || !(key == each.key) || !target.parts.empty() ||
                     shown_beside(each.key, state.names) != shown_beside(key, names);
    target.from.push_back(each.key);
    target.parts.push_back(std::move(each));
  }
  state.series.clear();
  for (auto& [key, each] : groups) {
    if (!each.changes) {
      state.series.push_back(std::move(each.parts.front()));
      continue;
    }
    state.series.push_back(joined(std::move(each.parts)));
    state.series.back().key = key;
    changed.written.push_back(state.series.back());
    std::ranges::move(each.from, std::back_inserter(changed.gone));
  }
  changed.names = !(names == state.names);
  state.names = std::move(names);
  return changed;
}

}  // namespace

name_directory kept_names(const name_directory& names, const people_rule& rule) {
  const auto as_it_is = [](std::string_view text) { return std::string{text}; };
  const people_rule none{.id = as_it_is, .name = as_it_is};
  name_directory kept;
  for (const named_thing kind : every_named_thing) {
    const people_rule& applied = kind == named_thing::agent ? rule : none;
    if (!applied.agents) {
      continue;
    }
    for (const auto& [id, name] : names.all(kind)) {
      kept.learn(kind, applied.id(id), kept_name(id, name, applied));
    }
    for (const auto& [id, formers] : names.former(kind)) {
      keep_former(kept, kind, id, formers, applied);
    }
  }
  return kept;
}

std::expected<std::string, std::string> kept_text(std::string_view key, const people_rule& rule) {
  const auto labels = labels_in_text(key);
  if (!labels) {
    return std::unexpected(labels.error());
  }
  return to_text(family_in_text(key), kept_labels(*labels, rule));
}

series_state joined(std::vector<series_state> parts) {
  series_state sum = std::move(parts.front());
  sum.base = exposed(sum);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    take_bounds(parts[i], sum.bounds);
    add(sum.base, exposed(parts[i]));
    sum.total += parts[i].total;
    add_buckets(sum.buckets, parts[i].buckets);
    sum.native += parts[i].native;
    sum.grown = std::max(sum.grown, parts[i].grown);
    sum.retired = sum.retired && parts[i].retired;
  }
  sum.shown = false;
  sum.started = {};
  return sum;
}

erasure erase_people(operation_state state, const people_rule& rule) {
  erasure done;
  auto names = kept_names(state.names, rule);
  done.names = !names.holds_the_same(state.names);
  state.names = std::move(names);
  for (auto& [name, collector] : state.collectors) {
    auto changed = erase(collector, rule);
    if (changed.names || !changed.gone.empty()) {
      done.changed.emplace(name, std::move(changed));
    }
  }
  done.kept = std::move(state);
  return done;
}

}  // namespace wolkvox::metrics
