// What an operation's requests cost: counted by collector and by the platform's day, and spread so
// that the day ends inside the budget. State and arithmetic alone: `now` is the
// platform's time, and the owner writes to the ledger what take_unkept() gives. No errors: where no
// limit is known there is no budget. Event-loop thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "exporter/collectors/collector.hpp"
#include "exporter/logging/logger.hpp"
#include "exporter/poll/budget.hpp"

namespace wolkvox::operation {

using std::chrono::sys_seconds;

poll::purpose purpose_of(std::string_view collector);

// Requests that the ledger has not been told of.
struct spending {
  std::string collector;
  std::string day;  // "2026-11-21"
  std::uint64_t requests = 0;
};

class request_budget {
 public:
  // `zone` outlives it: the platform's day begins at its midnight.
  request_budget(const config::operation& settings, const date::time_zone& zone,
                 logging::logger log);

  // Before anything is counted. True where a day ended: what was spent is 0 again.
  bool begin_day_if_new(sys_seconds now);
  // What was spent of `day` before this process began, by collector.
  void restore(const std::string& day,
               const std::map<std::string, std::uint64_t, std::less<>>& spent);
  // A request that has reached the platform.
  void spend(std::string_view collector);
  std::uint64_t spent_today(std::string_view collector) const;

  std::vector<spending> take_unkept();
  // The ledger could not take it.
  void put_back(const spending& what);

  // token_info's word: what is left now.
  void heard(const collectors::quota_facts& quota);
  const std::optional<collectors::quota_facts>& quota() const { return quota_; }
  std::optional<poll::requests_left> left() const;
  std::chrono::seconds left_of_day(sys_seconds now) const;
  // Whether what is left is not for this collector until the day ends.
  bool is_kept_waiting(std::string_view collector) const;
  // The intervals in force, in the spenders' order. Tells once when what may be spent is spent, and
  // when there is budget again.
  std::vector<std::chrono::milliseconds> intervals(std::span<const poll::spender> spenders,
                                                   sys_seconds now);

  // The two families of token_info that are ours to know: what we may still spend, and when the day
  // ends.
  void add_to(collectors::outcome& outcome, sys_seconds now) const;

 private:
  struct spent {
    std::uint64_t today = 0;
    std::uint64_t unkept = 0;  // of them
  };

  void tell_whether_spent(bool is_spent, sys_seconds now);

  std::uint32_t licences_;
  double reserve_ratio_;
  const date::time_zone* zone_;
  logging::logger log_;
  std::string day_;  // that `collectors_` belongs to
  std::map<std::string, spent, std::less<>> collectors_;
  std::optional<collectors::quota_facts> quota_;
  std::int64_t spent_since_quota_ = 0;  // requests of ours since token_info spoke
  bool is_spent_ = false;
};

}  // namespace wolkvox::operation
