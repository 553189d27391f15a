// Whether what the reports of an operation say of time can be right: hears rows and live counters,
// asks once where the rows are when a report brings none, and tells what it finds once
// (exporter/poll/suspicion.hpp decides). Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "exporter/operation/platform.hpp"

namespace wolkvox::operation {

class date_check {
 public:
  // Both outlive it.
  date_check(const basis& on, platform& asked) : on_(on), asked_(asked) {}

  // The answer to a fresh window.
  void heard_rows(collector_state& of, const collectors::outcome& told);
  // After a poll that succeeded: a report that fails brings nothing for another reason. `names`:
  // for the context of what is asked.
  boost::asio::awaitable<void> look_for_absence(collector_state& of, const roster& names);

 private:
  void tell(collector_state& of, poll::suspicion before);

  const basis& on_;
  platform& asked_;
};

}  // namespace wolkvox::operation
