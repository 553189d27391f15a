// One collector's settings, key by key.
#include "config/collector_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "config/nearest.hpp"
#include "config/values.hpp"

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// What a request may span (wolkvox-api.md 3.1): each poll asks for the lookback anew.
constexpr std::chrono::days longest_lookback{31};
// Each is a series of every histogram.
constexpr std::size_t most_buckets = 200;

// services_time is in whole seconds (wolkvox-api.md 6.1).
read_result<milliseconds> read_threshold(const node& scalar) {
  auto value = read_duration(scalar, 1s);
  if (value && *value % 1s != 0ms) {
    return std::unexpected(
        fmt::format("expected whole seconds; {} is not", show_input(scalar.text)));
  }
  return value;
}

bool& field_of(label_choice& choice, std::string_view label) {
  if (label == "agent") {
    return choice.agent;
  }
  return label == "skill" ? choice.skill : choice.campaign;
}

void read_labels(const located& list, const collector_info& collector, label_choice& choice,
                 problem_log& log) {
  std::vector<bool> chosen(collector.labels.size());
  for (const auto& item : read_items(list, node_kind::scalar, log)) {
    const auto index = read_choice(*item.value, collector.labels);
    if (!index) {
      log.add(item.at, item.path, index.error());
    } else if (chosen[*index]) {
      log.add(item.at, item.path, "repeated label");
    } else {
      chosen[*index] = true;
    }
  }
  if (!collector.labels_may_go && list.value->items.empty()) {
    log.add(list.value->at, list.path,
            fmt::format("the series of '{}' are one per {}; the label cannot be dropped",
                        collector.name, collector.labels.front()));
  }
  // Labels that the series do not carry anyway stay as they are.
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    field_of(choice, collector.labels[i]) = chosen[i];
  }
}

void read_buckets(const located& list, std::vector<double>& buckets, problem_log& log) {
  buckets.clear();
  for (const auto& item : read_items(list, node_kind::scalar, log)) {
    const auto bound = read_bound(*item.value);
    if (!bound) {
      log.add(item.at, item.path, bound.error());
    } else if (!buckets.empty() && *bound <= buckets.back()) {
      log.add(item.at, item.path, "bounds must rise, each above the one before");
    } else {
      buckets.push_back(*bound);
    }
  }
  if (list.value->items.empty()) {
    log.add(list.value->at, list.path,
            "needs at least one bound; without the key the built-in ones hold");
  } else if (list.value->items.size() > most_buckets) {
    log.add(
        list.value->at, list.path,
        fmt::format("expected {} bounds at most, not {}", most_buckets, list.value->items.size()));
  }
}

void read_setting(const found_key& key, const collector_info& collector, operation_draft& draft,
                  problem_log& log) {
  auto& settings = draft.value.collectors.find(collector.name)->second;
  const auto& where = key.where;
  const auto& value = *where.value;
  switch (key.id) {
    case key_id::enabled:
      store(settings.enabled, read_boolean(value), where, log);
      break;
    case key_id::interval:
      store(settings.interval, read_duration(value), where, log);
      draft.interval_at[std::string(collector.name)] = value.at;
      break;
    case key_id::lookback:
      store(settings.lookback, read_duration(value, 1ms, longest_lookback), where, log);
      draft.settle_at[std::string(collector.name)] = value.at;
      break;
    case key_id::codes_settle:
      store(settings.codes_settle, read_duration(value, 0ms), where, log);
      draft.settle_at[std::string(collector.name)] = value.at;
      break;
    case key_id::service_level_threshold:
      store(settings.service_level_threshold, read_threshold(value), where, log);
      break;
    case key_id::labels:
      read_labels(where, collector, settings.labels, log);
      break;
    case key_id::exemplars:
      store(settings.exemplars, read_boolean(value), where, log);
      break;
    case key_id::buckets:
      read_buckets(where, settings.buckets, log);
      break;
    default:
      break;
  }
}

}  // namespace

void read_collectors(const located& map, operation_draft& draft, problem_log& log) {
  for (const auto& [name, where] : read_entries(map, log)) {
    if (const auto* collector = find_collector(name)) {
      for (const auto& key : read_keys(where, section::collector, collector, log)) {
        if (key.usable) {
          read_setting(key, *collector, draft, log);
        }
      }
      continue;
    }
    std::vector<std::string_view> names;
    std::ranges::transform(all_collectors(), std::back_inserter(names), &collector_info::name);
    log.add(where.at, where.path, fmt::format("unknown collector; {}", advice(name, names)));
  }
}

}  // namespace wolkvox::config
