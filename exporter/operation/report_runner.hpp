// One poll of a dated report: asks for the windows that the machine of report_poll.hpp names,
// settles what they answer, shows what it adds up to. Failures are values: the platform's, or the
// ledger's; what was settled before stays. Event-loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <functional>
#include <optional>

#include "exporter/operation/date_check.hpp"
#include "exporter/operation/platform.hpp"
#include "exporter/operation/report_books.hpp"
#include "exporter/operation/request_budget.hpp"

namespace wolkvox::operation {

using poll_result = std::expected<void, poll_problem>;

class report_runner {
 public:
  // All that it works with outlives it.
  struct parts {
    const basis& on;
    platform& asked;
    roster& names;
    const request_budget& budget;
    report_books& books;
    // Whether anybody polls the roster; and has it polled now: true where it was read.
    std::function<bool()> roster_is_polled;
    std::function<boost::asio::awaitable<bool>()> read_roster;
  };
  explicit report_runner(parts with) : with_(std::move(with)), dates_(with_.on, with_.asked) {}

  // One at a time for each collector, which outlives it.
  boost::asio::awaitable<poll_result> poll(collector_state& of);

 private:
  using reading = std::expected<answered, poll_problem>;
  boost::asio::awaitable<reading> ask(collector_state& of, poll::interval window,
                                      api::urgency how_urgent);
  boost::asio::awaitable<poll_result> learn_the_time(collector_state& of);
  boost::asio::awaitable<bool> learn_strangers(const collectors::outcome& told);
  boost::asio::awaitable<poll_result> settle(collector_state& of, poll::report_poll& poll,
                                             const answered& told, poll::settlement_terms terms);
  boost::asio::awaitable<poll_result> pass_over(collector_state& of, poll::report_poll& poll,
                                                poll::interval second);

  parts with_;
  date_check dates_;
};

}  // namespace wolkvox::operation
