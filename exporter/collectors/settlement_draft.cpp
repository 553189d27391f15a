// Rows into a settlement; see settlement_draft.hpp.
#include "exporter/collectors/settlement_draft.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include <fmt/format.h>

#include "exporter/api/ascii.hpp"
#include "exporter/collectors/cells.hpp"
#include "metrics/families.hpp"

namespace wolkvox::collectors {

void paired_labels::agent(std::string_view id, std::string_view name) {
  if (context_.settings.labels.agent && context_.people->tells_agents_apart()) {
    agent_id_ = context_.people->agent_id(id);
    add("agent_id", agent_id_, "agent",
        id.empty() ? context_.people->agent_label(id, name) : std::string{});
  }
}

void paired_labels::skill(std::string_view id, std::string_view name) {
  if (context_.settings.labels.skill) {
    add("skill_id", id, "skill", id.empty() ? std::string{name} : std::string{});
  }
}

void paired_labels::campaign(std::string_view id, std::string_view name) {
  if (context_.settings.labels.campaign) {
    add("campaign_id", id, "campaign", id.empty() ? std::string{name} : std::string{});
  }
}

void paired_labels::add(std::string_view id_label, std::string_view id, std::string_view name_label,
                        std::string name) {
  pairs_.push_back({id_label, id});
  if (!name.empty()) {
    names_[named_] = std::move(name);
    pairs_.push_back({name_label, names_[named_++]});
  }
}

std::span<const label_view> paired_labels::with(std::initializer_list<label_view> own) {
  joined_.assign(pairs_.begin(), pairs_.end());
  joined_.insert(joined_.end(), own);
  return joined_;
}

namespace {

// What stands where a call has no id: zeros, dashes, and the words of programs for nothing.
bool is_no_conn_id(std::string_view text) {
  constexpr std::array words{"null", "none", "nil", "nan", "n/a", "na", "undefined", "unknown"};
  return text.find_first_not_of("0-_. ") == std::string_view::npos ||
         std::ranges::any_of(words,
                             [text](const char* each) { return api::same_text(text, each); });
}

metrics::settled_series make_series(const poll_context& context, metrics::family_id family,
                                    std::span<const label_view> labels) {
  metrics::settled_series made;
  made.key.family = family;
  for (const auto& label : labels) {
    made.key.labels.push_back({std::string{label.name}, std::string{label.value}});
  }
  const auto& described = metrics::describe(family);
  if (described.type == metrics::metric_type::histogram) {
    made.bounds = context.settings.buckets;
    if (made.bounds.empty()) {
      made.bounds.assign(described.buckets.begin(), described.buckets.end());
    }
  }
  return made;
}

}  // namespace

std::uint32_t settlement_draft::series(metrics::family_id family,
                                       std::span<const label_view> labels) {
  key_.assign(1, static_cast<char>(family));
  static_assert(static_cast<int>(metrics::family_id::count_) < 256);
  for (const auto& label : labels) {
    // Lengths keep texts apart that may hold any byte.
    const auto length = std::bit_cast<std::array<char, sizeof(std::size_t)>>(label.value.size());
    key_.append(label.name).append(length.data(), length.size()).append(label.value);
  }
  const auto [found, added] =
      places_.try_emplace(key_, static_cast<std::uint32_t>(result_.series.size()));
  if (added) {
    result_.series.push_back(make_series(context_, family, labels));
  }
  return found->second;
}

void settlement_draft::add(std::uint32_t series, metrics::quantity amount) {
  const auto family = std::ranges::find(families_, result_.series[series].key.family);
  result_.contributions.push_back({.series = series,
                                   .amount = amount,
                                   .part = static_cast<std::uint8_t>(family - families_.begin())});
}

void settlement_draft::add_amount(metrics::family_id family, std::span<const label_view> labels,
                                  std::optional<metrics::quantity> amount) {
  if (amount) {
    add(series(family, labels), *amount);
  }
}

void settlement_draft::observe(metrics::family_id family, std::span<const label_view> labels,
                               std::optional<metrics::quantity> amount,
                               std::optional<sys_seconds> at) {
  if (!amount) {
    return;
  }
  const auto place = series(family, labels);
  if (*amount != metrics::quantity{} || !is_settling(at)) {
    add(place, *amount);
  }
}

// A short lookback does not show a row for half an hour.
bool settlement_draft::is_settling(std::optional<sys_seconds> at) const {
  const auto wait =
      std::min<std::chrono::milliseconds>(longest_settling, context_.settings.lookback / 2);
  return at.value_or(context_.window->begin) >
         context_.now - std::chrono::floor<std::chrono::seconds>(wait);
}

metrics::identity settlement_draft::identify_record(
    std::string_view conn_id, std::string_view date_text,
    std::initializer_list<std::string_view> fields) const {
  if (!is_no_conn_id(conn_id)) {
    return identify({"conn_id", conn_id});
  }
  std::vector<std::string_view> parts{"fields", date_text};
  parts.insert(parts.end(), fields);
  return context_.people->identify(parts);
}

void settlement_draft::row(metrics::ledger_row row, std::optional<sys_seconds> at) {
  if (at) {
    row.at = *at;
    row.date = metrics::local_seconds{context_.zone->to_local(*at).time_since_epoch()};
  }
  const auto used =
      result_.counted.empty() ? 0U : result_.counted.back().first + result_.counted.back().count;
  row.first = used;
  row.count = static_cast<std::uint32_t>(result_.contributions.size()) - used;
  result_.counted.push_back(row);
}

std::string to_part(const std::optional<metrics::quantity>& amount) {
  return amount && *amount != metrics::quantity{} ? fmt::format_int(amount->micros()).str()
                                                  : std::string{};
}

}  // namespace wolkvox::collectors
