// The faults' names, their JSON form, and the choice of the next one.
#include "tests/simulator/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wolkvox::simulator {

namespace {

constexpr auto names = std::to_array<fault_name>({
    {fault_kind::html_404, "html_404"},
    {fault_kind::status_500_html, "status_500_html"},
    {fault_kind::status_503, "status_503"},
    {fault_kind::bad_request_400, "400"},
    {fault_kind::unauthorised_401, "401"},
    {fault_kind::forbidden_token, "403_token"},
    {fault_kind::quota_403, "403_quota"},
    {fault_kind::concurrency_403, "403_concurrency"},
    {fault_kind::backup_403, "403_backup"},
    {fault_kind::too_many_429, "429"},
    {fault_kind::no_rows_404, "no_rows_404"},
    {fault_kind::redirect, "redirect"},
    {fault_kind::code_number, "code_number"},
    {fault_kind::code_zero, "code_zero"},
    {fault_kind::code_blank, "code_blank"},
    {fault_kind::bare_array, "bare_array"},
    {fault_kind::data_object, "data_object"},
    {fault_kind::data_null, "data_null"},
    {fault_kind::data_missing, "data_missing"},
    {fault_kind::data_empty_text, "data_empty_text"},
    {fault_kind::empty_array, "empty_array"},
    {fault_kind::bom, "bom"},
    {fault_kind::pretty, "pretty"},
    {fault_kind::huge, "huge"},
    {fault_kind::fillers, "fillers"},
    {fault_kind::extra_fields, "extra_fields"},
    {fault_kind::missing_fields, "missing_fields"},
    {fault_kind::numbers, "numbers"},
    {fault_kind::odd_durations, "odd_durations"},
    {fault_kind::odd_percentages, "odd_percentages"},
    {fault_kind::odd_integers, "odd_integers"},
    {fault_kind::agent_id_suffix, "agent_id_suffix"},
    {fault_kind::blank_in_keys, "blank_in_keys"},
    {fault_kind::reversed_rows, "reversed_rows"},
    {fault_kind::duplicate_rows, "duplicate_rows"},
    {fault_kind::unreadable_values, "unreadable_values"},
    {fault_kind::beyond_numbers, "beyond_numbers"},
    {fault_kind::odd_names, "odd_names"},
    {fault_kind::extreme_values, "extreme_values"},
    {fault_kind::unknown_enumeration, "unknown_enumeration"},
    {fault_kind::totals_row, "totals_row"},
    {fault_kind::truncated_json, "truncated_json"},
    {fault_kind::invalid_utf8, "invalid_utf8"},
    {fault_kind::bare_nan, "bare_nan"},
    {fault_kind::long_string, "long_string"},
    {fault_kind::deep, "deep"},
    {fault_kind::html_200, "html_200"},
    {fault_kind::empty_body, "empty_body"},
    {fault_kind::slow, "slow"},
    {fault_kind::trickle, "trickle"},
    {fault_kind::stall, "stall"},
    {fault_kind::reset, "reset"},
    {fault_kind::cut_body, "cut_body"},
    {fault_kind::stall_body, "stall_body"},
    {fault_kind::drip, "drip"},
    {fault_kind::length_short, "length_short"},
    {fault_kind::length_long, "length_long"},
    {fault_kind::huge_unannounced, "huge_unannounced"},
});

// What a failing answer of the general fault rate may be.
constexpr auto failures = std::to_array<fault_kind>(
    {fault_kind::status_500_html, fault_kind::status_503, fault_kind::html_404,
     fault_kind::backup_403, fault_kind::truncated_json, fault_kind::cut_body, fault_kind::reset,
     fault_kind::stall});

std::expected<void, std::string> take(fault& into, std::string_view key,
                                      const boost::json::value& value) {
  const auto number = value.is_number() ? value.to_number<double>() : -1.0;
  if (key == "report" && value.is_string()) {
    into.report = value.as_string();
  } else if (key == "kind" && value.is_string()) {
    const std::string_view wanted = value.as_string();
    const auto* const found = std::ranges::find(names, wanted, &fault_name::name);
    if (found == names.end()) {
      return std::unexpected(fmt::format("unknown fault kind '{}'", wanted));
    }
    into.kind = found->kind;
  } else if (key == "location" && value.is_string()) {
    into.location = value.as_string();
  } else if (key == "share" && number >= 0.0 && number <= 1.0) {
    into.share = number;
  } else if (key == "count" && number >= 0.0) {
    into.count = static_cast<std::uint64_t>(number);
  } else if (key == "seconds" && number >= 0.0) {
    into.lasts = std::chrono::seconds{static_cast<std::int64_t>(number)};
  } else if (key == "delay_ms" && number >= 0.0) {
    into.delay = std::chrono::milliseconds{static_cast<std::int64_t>(number)};
  } else {
    return std::unexpected(fmt::format("fault: key '{}' is unknown or its value is bad", key));
  }
  return {};
}

}  // namespace

std::span<const fault_name> fault_names() {
  return names;
}

std::string_view to_string(fault_kind kind) {
  return std::ranges::find(names, kind, &fault_name::kind)->name;
}

std::expected<fault, std::string> read_fault(const boost::json::value& document) {
  const auto* const object = document.if_object();
  if (object == nullptr || !object->contains("kind")) {
    return std::unexpected("a fault is an object with a 'kind'");
  }
  fault read;
  for (const auto& [key, value] : *object) {
    if (auto taken = take(read, key, value); !taken) {
      return std::unexpected(taken.error());
    }
  }
  return read;
}

void fault_plan::add(fault what, std::chrono::sys_seconds now) {
  std::optional<std::chrono::sys_seconds> until;
  if (what.lasts) {
    until = now + *what.lasts;
  }
  planned_.push_back({.what = std::move(what), .until = until});
}

void fault_plan::clear() {
  planned_.clear();
  general_share_ = 0.0;
}

void fault_plan::fail_generally(double share, std::uint64_t seed) {
  general_share_ = share;
  general_chance_ = random_source{seed};
}

std::optional<fault> fault_plan::next(std::string_view report, std::chrono::sys_seconds now) {
  std::erase_if(planned_, [now](const planned& p) {
    return (p.until && now >= *p.until) || (p.what.count && *p.what.count == 0);
  });
  for (auto& p : planned_) {
    if (p.what.report != "*" && p.what.report != report) {
      continue;
    }
    if (p.what.share < 1.0 && !chance_.chance(p.what.share)) {
      continue;
    }
    if (p.what.count) {
      --*p.what.count;
    }
    return p.what;
  }
  if (general_share_ > 0.0 && general_chance_.chance(general_share_)) {
    fault failure;
    const auto last = static_cast<std::int64_t>(failures.size()) - 1;
    failure.kind = failures.at(static_cast<std::size_t>(general_chance_.between(0, last)));
    return failure;
  }
  return std::nullopt;
}

}  // namespace wolkvox::simulator
