// Unknown, repeated, empty and mistyped keys are told here, once for every section.
#include "config/strict_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <tuple>

#include "config/nearest.hpp"

namespace wolkvox::config {
namespace {

// The text of an unknown key may be a misplaced secret; what looks like a key is shown.
constexpr std::size_t longest_shown_key = 32;

std::string shown_key(std::string_view key) {
  const bool shown =
      !key.empty() && key.size() <= longest_shown_key && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
      });
  return shown ? std::string(key) : "?";
}

std::string child_path(std::string_view parent, std::string_view key) {
  return parent.empty() ? shown_key(key) : fmt::format("{}.{}", parent, shown_key(key));
}

std::string_view describe(node_kind kind) {
  switch (kind) {
    case node_kind::null:
      return "an empty value";
    case node_kind::scalar:
      return "a single value";
    case node_kind::list:
      return "a list (- item)";
    case node_kind::map:
      return "a map (key: value)";
  }
  return "";
}

std::string_view describe(section where) {
  switch (where) {
    case section::root:
      return "at the top of the file";
    case section::defaults:
      return "in 'defaults'";
    case section::operation:
      return "in an operation";
    case section::shared:
      return "in 'defaults' or an operation";
    case section::budget:
      return "under 'budget'";
    case section::tls:
      return "under 'tls'";
    case section::collector:
      return "under a collector";
  }
  return "";
}

bool stands_here(const key_info& known, section where, const collector_info* collector) {
  return stands_in(known, where) && (collector == nullptr || takes(*collector, known.id));
}

std::vector<std::string_view> names_here(section where, const collector_info* collector) {
  std::vector<std::string_view> names;
  for (const auto& known : all_keys()) {
    if (stands_here(known, where, collector)) {
      names.push_back(known.name);
    }
  }
  return names;
}

// Where a key or collector of this name belongs: "under a collector"; "" where there is none.
std::string_view home_of(std::string_view name) {
  if (const auto known = std::ranges::find(all_keys(), name, &key_info::name);
      known != all_keys().end()) {
    return describe(known->where);
  }
  return find_collector(name) != nullptr ? "under 'collectors'" : "";
}

std::string unknown_key(std::string_view name, section where, const collector_info* collector) {
  const auto here = names_here(where, collector);
  const auto known = std::ranges::find(all_keys(), name, &key_info::name);
  if (collector != nullptr && known != all_keys().end() && known->where == where) {
    return fmt::format("the collector '{}' has no such key; valid are: {}", collector->name,
                       fmt::join(here, ", "));
  }
  if (const auto home = home_of(name); !home.empty()) {
    return fmt::format("not valid here; it belongs {}", home);
  }
  if (!nearest(name, here)) {
    std::vector<std::string_view> elsewhere;
    std::ranges::transform(all_keys(), std::back_inserter(elsewhere), &key_info::name);
    std::ranges::transform(all_collectors(), std::back_inserter(elsewhere), &collector_info::name);
    if (const auto meant = nearest(name, elsewhere)) {
      return fmt::format("unknown key; did you mean '{}', which belongs {}?", *meant,
                         home_of(*meant));
    }
  }
  return fmt::format("unknown key; {}", advice(name, here));
}

}  // namespace

void problem_log::add(place at, std::string_view path, std::string message) {
  problems_.push_back({file_, at.line, at.column, std::string(path), std::move(message)});
}

std::vector<problem> problem_log::take() {
  std::ranges::sort(problems_, {},
                    [](const problem& p) { return std::tie(p.line, p.column, p.key, p.message); });
  return std::exchange(problems_, {});
}

bool check_kind(const located& found, node_kind expected, problem_log& log) {
  const auto kind = found.value->kind;
  if (kind == expected || (kind == node_kind::null && expected == node_kind::map)) {
    return true;
  }
  if (kind == node_kind::null) {
    log.add(found.at, found.path, "needs a value");
  } else {
    log.add(found.value->at, found.path,
            fmt::format("expected {}, not {}", describe(expected), describe(kind)));
  }
  return false;
}

std::vector<std::pair<std::string, located>> read_entries(const located& map, problem_log& log) {
  std::vector<std::pair<std::string, located>> entries;
  if (!check_kind(map, node_kind::map, log)) {
    return entries;
  }
  std::map<std::string_view, place> seen;
  for (const auto& entry : map.value->entries) {
    auto path = child_path(map.path, entry.key);
    if (const auto [first, is_new] = seen.emplace(entry.key, entry.at); !is_new) {
      log.add(entry.at, path,
              fmt::format("repeated key; the first is in line {}", first->second.line));
      continue;
    }
    entries.emplace_back(entry.key,
                         located{.value = entry.value, .at = entry.at, .path = std::move(path)});
  }
  return entries;
}

std::vector<found_key> read_keys(const located& map, section where, const collector_info* collector,
                                 problem_log& log) {
  std::vector<found_key> keys;
  for (auto& [name, found] : read_entries(map, log)) {
    const auto known = std::ranges::find_if(all_keys(), [&](const key_info& key) {
      return key.name == name && stands_here(key, where, collector);
    });
    if (known == all_keys().end()) {
      log.add(found.at, found.path, unknown_key(name, where, collector));
      continue;
    }
    const bool usable = check_kind(found, known->kind, log);
    keys.push_back({known->id, std::move(found), usable});
  }
  return keys;
}

std::vector<located> read_items(const located& list, node_kind kind, problem_log& log) {
  std::vector<located> items;
  for (std::size_t i = 0; i < list.value->items.size(); ++i) {
    const auto& value = list.value->items[i];
    located item{.value = value, .at = value->at, .path = fmt::format("{}[{}]", list.path, i)};
    if (value->kind == node_kind::null) {
      log.add(list.value->at, item.path, "needs a value");
    } else if (check_kind(item, kind, log)) {
      items.push_back(std::move(item));
    }
  }
  return items;
}

}  // namespace wolkvox::config
