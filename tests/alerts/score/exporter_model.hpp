// What an exporter would show at each scrape: the live counters of `skills` polled every minute and
// withdrawn when stale, and the ledger counters of the abandoned-calls report, read every five
// minutes and known by conn_id (contract 2, 4.2, 4.4, 5). On a virtual clock, without a network.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/alerts/score/plan.hpp"
#include "tests/simulator/platform.hpp"

namespace wolkvox::alerts {

using std::chrono::sys_seconds;

struct live_skill {
  std::string id;
  std::string name;
  std::int64_t queue = 0;
  std::int64_t offered = 0;
  std::int64_t answered = 0;
  std::int64_t abandoned = 0;
};

// wolkvox_abandoned_call_wait_seconds: the bucket that the alerts use, and all.
struct reported_skill {
  std::string name;
  std::int64_t within_5_seconds = 0;
  std::int64_t calls = 0;
};

class exporter_model {
 public:
  explicit exporter_model(simulator::platform& platform) : platform_(platform) {}

  void poll_skills(sys_seconds now);
  void poll_report(sys_seconds now);
  // What lives in memory is gone; the ledger stays.
  void restart();

  // Nothing when withdrawn.
  std::vector<live_skill> live(sys_seconds now) const;
  const std::map<std::string, reported_skill>& reported() const { return reported_; }

 private:
  std::expected<boost::json::array, unsigned> ask(const std::string& target, sys_seconds now);

  simulator::platform& platform_;
  std::vector<live_skill> live_;
  std::optional<sys_seconds> live_at_;
  std::map<std::string, reported_skill> reported_;
  std::set<std::string> known_;  // rows counted, by conn_id, date and skill
  std::optional<sys_seconds> counted_to_;
};

}  // namespace wolkvox::alerts
