// Builders for settlements, and directories that vanish with their test.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <initializer_list>
#include <string>

#include "metrics/ledger/ledger.hpp"

namespace wolkvox::metrics {

inline sys_seconds at(std::int64_t seconds) {
  return sys_seconds{std::chrono::seconds{seconds}};
}

// The same moment as dates say it; 0 where they say none.
inline local_seconds written(std::int64_t seconds) {
  return local_seconds{std::chrono::seconds{seconds}};
}

inline series_key calls_key(const std::string& skill = "7") {
  return {.family = family_id::calls_total, .labels = {{"skill_id", skill}, {"hung_up", "agent"}}};
}
inline series_key duration_key(const std::string& skill = "7") {
  return {.family = family_id::call_duration_seconds, .labels = {{"skill_id", skill}}};
}
inline series_key hold_key(const std::string& agent = "a") {
  return {.family = family_id::agent_hold_seconds_total, .labels = {{"agent_id", agent}}};
}
inline series_key mute_key(const std::string& agent = "a") {
  return {.family = family_id::agent_mute_seconds_total, .labels = {{"agent_id", agent}}};
}

struct amount {
  std::uint32_t series = 0;
  std::int64_t count = 0;
};

// By default: series 0 a call counter, series 1 a histogram of durations with bounds 5 and 10.
class window {
 public:
  window() {
    built_.operation = "acme";
    built_.collector = "calls";
    built_.series = {{calls_key(), {}}, {duration_key(), {5, 10}}};
  }
  static window of_series(std::vector<settled_series> series) {
    window out;
    out.built_.series = std::move(series);
    return out;
  }
  window& collector(std::string name) {
    built_.collector = std::move(name);
    return *this;
  }
  window& operation(std::string name) {
    built_.operation = std::move(name);
    return *this;
  }
  // One call of `seconds`: adds 1 to series 0 and observes its duration in series 1.
  window& call(std::uint64_t id, std::uint64_t fingerprint, std::int64_t seconds = 7,
               std::int64_t date = 1000) {
    return row(id, fingerprint, counting::once, date, {{0, 1}, {1, seconds}});
  }
  window& reading(std::uint64_t id, std::uint64_t fingerprint,
                  std::initializer_list<amount> amounts, std::int64_t date = 1000) {
    return row(id, fingerprint, counting::cumulative, date, amounts);
  }
  window& row(std::uint64_t id, std::uint64_t fingerprint, counting how, std::int64_t date,
              std::initializer_list<amount> amounts) {
    built_.rows.push_back({.id = identity_of(id),
                           .fingerprint = fingerprint,
                           .date = written(date),
                           .at = at(date),
                           .how = how,
                           .first = static_cast<std::uint32_t>(built_.contributions.size()),
                           .count = static_cast<std::uint32_t>(amounts.size())});
    std::uint8_t part = 0;
    for (const amount& each : amounts) {
      built_.contributions.push_back(
          {.series = each.series, .amount = quantity::from_count(each.count), .part = part++});
    }
    return *this;
  }
  static identity identity_of(std::uint64_t id) { return {.high = id << 56 | id, .low = id}; }
  window& alias(std::uint64_t of_last_row) {
    built_.rows.back().alias = identity_of(of_last_row);
    return *this;
  }
  window& text(std::uint64_t of_last_row) {
    built_.rows.back().text = of_last_row;
    return *this;
  }
  window& conn_id(std::string of_last_row) {
    built_.rows.back().conn_id = std::move(of_last_row);
    return *this;
  }
  window& read(std::int64_t begin, std::int64_t end) {
    built_.read = {.begin = written(begin), .end = written(end)};
    return *this;
  }
  window& seen(std::int64_t platform_now) {
    built_.seen = at(platform_now);
    return *this;
  }
  window& settled_at(std::int64_t now) {
    built_.now = at(now);
    return *this;
  }
  window& covered(std::vector<interval> intervals) {
    built_.covered = std::move(intervals);
    return *this;
  }
  window& late_before(std::int64_t date) {
    built_.late_before = at(date);
    return *this;
  }
  settlement& edit() { return built_; }
  operator const settlement&() const { return built_; }

 private:
  settlement built_;
};

class temporary_directory {
 public:
  temporary_directory() {
    const std::filesystem::path in_memory = "/dev/shm";  // spares the disk thousands of small files
    const bool fit = ::access(in_memory.c_str(), W_OK) == 0;
    const auto parent = fit ? in_memory : std::filesystem::temp_directory_path();
    std::string name = (parent / "wolkvox_ledger_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::filesystem::filesystem_error("mkdtemp",
                                              std::error_code(errno, std::generic_category()));
    }
    path_ = name;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace wolkvox::metrics
