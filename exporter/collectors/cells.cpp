// Fields into values; see cells.hpp.
#include "exporter/collectors/cells.hpp"

#include <utility>

namespace wolkvox::collectors {
namespace {

constexpr std::int64_t largest_micros = largest_amount * 1'000'000;

void add_one(std::map<std::string, std::uint64_t, std::less<>>& counts, std::string_view key) {
  if (const auto found = counts.find(key); found != counts.end()) {
    ++found->second;
  } else {
    counts.emplace(key, 1);
  }
}

}  // namespace

template <class Read>
auto cells::read(std::size_t field, Read reader)
    -> std::optional<typename decltype(reader(""))::value_type> {
  const auto text = row_[field];
  if (!text) {
    return std::nullopt;
  }
  const auto value = reader(*text);
  if (!value) {
    unreadable(field);
    return std::nullopt;
  }
  return *value;
}

void cells::unreadable(std::size_t field) {
  add_one(result_.field_errors, schema_.fields[field].spellings.front());
}

std::string cells::enumeration(std::size_t field) const {
  return api::read_enumeration(text_or_empty(field));
}

std::string_view cells::agent_id(std::size_t field) const {
  const auto text = row_[field];
  return text ? api::read_agent_id(*text) : std::string_view{};
}

std::string_view cells::campaign_id(std::size_t field) const {
  const auto text = text_or_empty(field);
  return text == "0" ? std::string_view{} : text;
}

std::optional<std::chrono::sys_seconds> cells::date(std::size_t field,
                                                    const date::time_zone& zone) {
  return read(field, [&zone](std::string_view text) { return api::read_date_time(text, zone); });
}

std::optional<double> cells::number(std::size_t field) {
  const auto micros = read(field, api::read_decimal_micros);
  if (micros && *micros < 0) {
    unreadable(field);
    return std::nullopt;
  }
  return micros ? std::optional{metrics::quantity::from_micros(*micros).value()} : std::nullopt;
}

std::optional<double> cells::seconds(std::size_t field) {
  const auto duration = read(field, api::read_duration);
  if (duration && duration->count() < 0) {
    unreadable(field);
    return std::nullopt;
  }
  return duration ? std::optional{metrics::quantity::from_duration(*duration).value()}
                  : std::nullopt;
}

std::optional<double> cells::ratio(std::size_t field) {
  return read(field, api::read_ratio);
}

std::optional<std::int64_t> cells::count(std::size_t field) {
  const auto value = read(field, api::read_integer);
  if (value && *value < 0) {
    unreadable(field);
    return std::nullopt;
  }
  return value;
}

std::optional<metrics::quantity> cells::count_amount(std::size_t field) {
  const auto value = read(field, api::read_integer);
  if (value && (*value < 0 || *value > largest_amount)) {
    unreadable(field);
    return std::nullopt;
  }
  return value ? std::optional{metrics::quantity::from_count(*value)} : std::nullopt;
}

std::optional<metrics::quantity> cells::duration_amount(std::size_t field) {
  const auto value = read(field, api::read_duration);
  return amount(field, value ? std::optional<std::int64_t>{value->count()} : std::nullopt);
}

std::optional<metrics::quantity> cells::duration_so_far(std::size_t field) {
  return row_[field] ? duration_amount(field) : metrics::quantity{};
}

std::optional<metrics::quantity> cells::decimal_amount(std::size_t field) {
  return amount(field, read(field, api::read_decimal_micros));
}

std::optional<metrics::quantity> cells::amount(std::size_t field,
                                               std::optional<std::int64_t> micros) {
  if (micros && (*micros < 0 || *micros > largest_micros)) {
    unreadable(field);
    return std::nullopt;
  }
  return micros ? std::optional{metrics::quantity::from_micros(*micros)} : std::nullopt;
}

void ignore_row(outcome& result, std::string_view reason) {
  add_one(result.ignored, reason);
}

}  // namespace wolkvox::collectors
