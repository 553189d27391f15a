// What is around the exporter's process: true time, the platform, Prometheus, the ledger's disk,
// and the moment at which the process is killed.
#pragma once

#include <array>
#include <cstddef>
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
  // Two, neither of which knows of the other.
  std::array<prometheus_store, 2> prometheus;
  std::map<std::string, metrics::page_set> published;
  std::map<std::string, row_counts, std::less<>> told;
  // Where counting began, by collector: local midnight of the first poll that settled.
  std::map<std::string, sys_seconds, std::less<>> origins;
  std::int64_t error_percent = 0;
  std::uint64_t retirements = 0;  // series that left the pages

 private:
  void pass_until_scrape(seconds length);
  void go(seconds length);
  void scrape(std::size_t which);
  void jump();
  void wait_for_scrapes();

  sys_seconds now_;
  std::array<sys_seconds, 2> next_scrapes_;
  struct planned_jump {
    sys_seconds at;
    seconds skew;
  };
  std::optional<planned_jump> jump_;
  std::set<std::string, std::less<>> unaware_;  // collectors that do not know of a jump back yet
  bool are_calls_over_ = false;
  std::optional<std::int64_t> steps_left_;
  bool is_up_ = false;
  // What each Prometheus has seen already.
  std::array<std::map<std::string, metrics::page_set>, 2> scraped_;
};

}  // namespace wolkvox::model
