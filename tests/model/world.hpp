// What is around the exporter's process: true time, the platform, Prometheus, the ledger's disk,
// and the moment at which the process is killed.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "exporter/poll/schedule.hpp"
#include "metrics/accumulated.hpp"
#include "metrics/ledger/ledger.hpp"
#include "tests/model/platform.hpp"
#include "tests/model/prometheus.hpp"

namespace wolkvox::model {

// Thrown where kill -9 strikes: nothing but the ledger survives.
struct killed {};

// What the ledger told of its settlements.
struct row_counts {
  std::uint64_t rows = 0;
  std::uint64_t late = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t revised = 0;
  std::uint64_t answered = 0;  // told rows in settled answers
};

class world {
 public:
  world(scenario settled, dice& chance);
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  // True time goes on: calls come in, the platform's clock may jump, Prometheus scrapes.
  void pass(seconds length);
  // A moment at which a process may die.
  void step();

  sys_seconds now() const { return now_; }
  poll::steady_time steady() const { return poll::steady_time{now_.time_since_epoch()}; }
  sys_seconds own_wall() const { return now_ + settled.own_skew; }

  // The process that is up.
  void dies_after(std::optional<std::int64_t> steps) { steps_left_ = steps; }
  void publish(const std::string& collector, metrics::page_set pages);
  void process_is_up();
  void process_is_gone();

  // A collector has settled what it asked for at `polled`, as it knew the platform's clock.
  void has_settled(const std::string& collector, sys_seconds polled);
  // No calls and no jumps from here on.
  void calls_stop();

  void jump_after(seconds wait, seconds skew);

  const scenario settled;
  dice& chance;
  model::platform platform;
  prometheus_store prometheus;
  std::map<std::string, metrics::page_set> published;
  std::map<std::string, row_counts, std::less<>> told;
  // Where counting began, by collector: local midnight of the first poll that settled.
  std::map<std::string, sys_seconds, std::less<>> origins;
  std::int64_t error_percent = 0;

 private:
  void pass_until_scrape(seconds length);
  void go(seconds length);
  void scrape();
  void jump();

  sys_seconds now_;
  sys_seconds next_scrape_;
  struct planned_jump {
    sys_seconds at;
    seconds skew;
  };
  std::optional<planned_jump> jump_;
  std::set<std::string, std::less<>> unaware_;  // collectors that do not know of a jump back yet
  bool are_calls_over_ = false;
  std::optional<std::int64_t> steps_left_;
  bool is_up_ = false;
  std::map<std::string, metrics::page_set> scraped_;  // what Prometheus has seen already
};

}  // namespace wolkvox::model
