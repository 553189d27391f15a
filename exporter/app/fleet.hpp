// All operations of a configuration, and the change from one configuration to the next: operations
// and collectors that did not change keep running. Event-loop thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "exporter/api/net/lane_registry.hpp"
#include "exporter/operation/operation.hpp"

namespace wolkvox::app {

class fleet {
 public:
  // Its operations share `around`; the lanes are the fleet's own.
  explicit fleet(operation::surroundings around);

  // Replaces what runs by what the configuration says; new operations show what the ledger holds,
  // and poll from start() on. The error is the ledger's: then nothing has changed, and what ran
  // runs on.
  boost::asio::awaitable<std::expected<void, std::string>> take(config::config configuration);
  void start();
  // Every collector of every operation once; true when all succeeded.
  boost::asio::awaitable<bool> run_once();
  // True when every poll ended within the deadline.
  boost::asio::awaitable<bool> stop(std::chrono::milliseconds deadline);

  // Rows of operations and collectors that are polled no more are forgotten by age; their series
  // stay.
  boost::asio::awaitable<void> forget_for_ever();

  bool ready() const;
  std::vector<operation::operation_status> status() const;

 private:
  struct member {
    std::shared_ptr<const config::operation> settings;
    std::shared_ptr<operation::operation> running;
    bool started = false;
  };

  // What a configuration changes.
  struct plan {
    std::vector<std::string> stay;                                  // as they are
    std::vector<std::shared_ptr<const config::operation>> changed;  // single collectors of theirs
    std::vector<std::shared_ptr<const config::operation>> fresh;
    std::vector<std::string> leaving;  // for good, or for a fresh one of their name
  };

  plan plan_for(config::config configuration) const;
  boost::asio::awaitable<std::expected<operation::recollection, metrics::ledger_error>> read_for(
      const plan& next);
  boost::asio::awaitable<void> remove(const std::vector<std::string>& leaving);
  std::chrono::sys_seconds earliest_now() const;
  std::set<metrics::collector_name> polled() const;
  static boost::asio::awaitable<bool> end(std::map<std::string, member>& members,
                                          std::chrono::milliseconds deadline);

  api::lane_registry lanes_;
  operation::surroundings around_;
  std::map<std::string, member> members_;  // by operation name
};

}  // namespace wolkvox::app
