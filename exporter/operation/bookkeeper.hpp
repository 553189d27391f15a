// What an operation has the ledger keep beside its reports: requests spent, names, the zone that
// windows are cut in. What cannot be written is kept for the next time. Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "exporter/operation/ledger_access.hpp"
#include "exporter/operation/request_budget.hpp"
#include "exporter/operation/roster.hpp"

namespace wolkvox::operation {

class bookkeeper {
 public:
  // All outlive it.
  bookkeeper(const basis& on, ledger_access& ledger, request_budget& budget, roster& names)
      : on_(on), ledger_(ledger), budget_(budget), names_(names) {}

  // `kept`: the zone that the ledger knows, "" where windows may be cut in several. True where the
  // windows it `has` were cut in another than the operation's: until each report was asked in this
  // one, the ledger is told of none.
  boost::asio::awaitable<bool> take_up_zone(std::string kept, bool has_windows);
  boost::asio::awaitable<void> keep_spending();
  boost::asio::awaitable<void> keep_names();
  // Once every report has been asked in the operation's zone: until then a restart asks for the
  // last day again.
  boost::asio::awaitable<void> keep_zone();

 private:
  boost::asio::awaitable<bool> write_zone(std::string zone);

  const basis& on_;
  ledger_access& ledger_;
  request_budget& budget_;
  roster& names_;
  bool zone_is_kept_ = false;
};

}  // namespace wolkvox::operation
