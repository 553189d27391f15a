#include "metrics/retirement.hpp"

#include <algorithm>

#include "metrics/named_labels.hpp"

namespace wolkvox::metrics {

bool has_id(const series_key& key) {
  return std::ranges::any_of(key.labels, [](const owned_label& each) {
    return find_id_label(each.name) != nullptr && !each.value.empty();
  });
}

bool has_left(const series_key& key, const name_directory& roster) {
  return std::ranges::any_of(key.labels, [&](const owned_label& each) {
    const auto* const named = find_id_label(each.name);
    return named != nullptr && !each.value.empty() && !roster.find(named->kind, each.value);
  });
}

bool is_made(const series_key& key, std::span<const named_thing> told_apart) {
  const auto& of_family = describe(key.family).labels;
  return std::ranges::all_of(named_labels, [&](const named_label& each) {
    const bool is_there = std::ranges::any_of(
        key.labels, [&](const owned_label& label) { return label.name == each.id; });
    const bool is_wanted = std::ranges::find(of_family, each.id) != of_family.end() &&
                           std::ranges::find(told_apart, each.kind) != told_apart.end();
    return is_there == is_wanted;
  });
}

}  // namespace wolkvox::metrics
