// The inside of an operation (operation.hpp): private to exporter/app/operation*.cpp, which share
// it by subject: operation.cpp holds start and status; operation_loop.cpp the clocks;
// operation_live.cpp and operation_report.cpp one poll of either kind.
#pragma once

#include <date/tz.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <list>
#include <map>
#include <random>
#include <set>

#include "exporter/api/net/client.hpp"
#include "exporter/app/collector_state.hpp"
#include "exporter/app/operation.hpp"
#include "exporter/app/poll_problem.hpp"
#include "exporter/app/shown_names.hpp"
#include "exporter/logging/log.hpp"
#include "exporter/poll/budget.hpp"
#include "exporter/poll/lane_pause.hpp"
#include "exporter/poll/platform_clock.hpp"
#include "exporter/threads/offload.hpp"
#include "exporter/threads/secret_file.hpp"

namespace wolkvox::app {

using logging::log_level;

// Why the dates of a report are suspect; "" where they are not.
std::string suspicion_in_words(const poll::date_watch& watch);

using poll_result = std::expected<void, poll_problem>;

class operation::machine : public std::enable_shared_from_this<operation::machine> {
 public:
  machine(surroundings around, std::shared_ptr<const config::operation> settings);

  boost::asio::awaitable<void> restore(remembered known);
  void start();
  boost::asio::awaitable<void> run_once();
  bool ready() const;
  web::operation_status status() const;
  void probe_now();
  void connect();
  boost::asio::awaitable<std::expected<secret, api::error>> read_token();
  void end();
  boost::asio::awaitable<bool> ended(std::chrono::steady_clock::time_point until);

  // operation_change.cpp
  bool can_change_to(const config::operation& settings) const;
  boost::asio::awaitable<void> change(std::shared_ptr<const config::operation> settings,
                                      remembered known);
  boost::asio::awaitable<void> hold();
  void release();

  std::chrono::sys_seconds platform_now() const;

 private:
  collector_state& add(const collectors::definition& what, const config::collector_settings& how);
  boost::asio::awaitable<void> take_up(collector_state& collector, const remembered& known,
                                       bool zone_changed);
  void inherit(collector_state& collector, const collector_state& predecessor);
  boost::asio::awaitable<std::list<collector_state>> take_out(
      std::function<bool(const collectors::definition&)> which);

  // operation_loop.cpp
  boost::asio::awaitable<void> poll_for_ever(collector_state& collector);
  boost::asio::awaitable<void> poll_once(collector_state& collector);
  const collector_state* missing_roster(const collector_state& collector) const;
  void wake_for_roster();
  static void poll_at_latest(collector_state& collector,
                             std::chrono::steady_clock::time_point when);
  void note_success(collector_state& collector, std::chrono::steady_clock::time_point begun);
  void note_failure(collector_state& collector, const poll_problem& problem);
  void note_refusal(const poll_problem& problem);
  void tell_failure(collector_state& collector, const poll_problem& problem);
  void tell_success(collector_state& collector);
  void watch_staleness(collector_state& collector);
  std::optional<std::chrono::steady_clock::time_point> lane_opens(
      const collector_state& collector, std::chrono::steady_clock::time_point now) const;
  std::optional<api::error> gate(const api::report_query& query) const;

  // operation_live.cpp
  boost::asio::awaitable<poll_result> poll_live(collector_state& collector);
  void take_names(const collectors::outcome& outcome);
  boost::asio::awaitable<void> keep_names();

  // operation_report.cpp
  boost::asio::awaitable<poll_result> poll_report(collector_state& collector);
  boost::asio::awaitable<std::expected<void, poll_problem>> learn_the_time(
      collector_state& collector);
  void note_strangers(const collectors::outcome& outcome);
  std::optional<std::set<metrics::identity>> known_strangers() const;
  boost::asio::awaitable<bool> learn_agents();
  void note_beyond_cap(collector_state& collector, poll::interval window);
  static void note_settled(collector_state& collector, const collectors::outcome& outcome,
                           const metrics::settled& settled);
  void note_caught_up(const collector_state& collector, poll::interval window);
  boost::asio::awaitable<poll_result> pass_over(collector_state& collector, poll::report_poll& poll,
                                                poll::interval second);

  // operation_suspicion.cpp
  void hear_rows(collector_state& collector, const collectors::outcome& outcome);
  void hear_live(const collectors::outcome& outcome);
  boost::asio::awaitable<void> look_for_absence(collector_state& collector);
  void tell_suspicion(collector_state& collector, poll::suspicion before);
  std::shared_ptr<metrics::settlement> draft(const collector_state& collector,
                                             collectors::outcome& outcome,
                                             const poll::settlement_terms& terms) const;
  boost::asio::awaitable<std::expected<metrics::settled, poll_problem>> settle(
      collector_state& collector, std::shared_ptr<metrics::settlement> window);
  boost::asio::awaitable<void> publish_book(collector_state& collector);
  metrics::retirement_terms retirement() const;
  boost::asio::awaitable<void> show_all(collector_state& collector);
  boost::asio::awaitable<void> prune(collector_state& collector);

  // operation_budget.cpp
  void note_exchange(const api::exchange_report& exchange);
  void tell_exchange(collector_state& collector, const api::exchange_report& exchange);
  void begin_day_if_new();
  std::optional<poll::requests_left> budget_left() const;
  static bool is_kept_waiting(const collector_state& collector,
                              std::optional<poll::requests_left> left);
  void note_spent(bool is_spent, std::chrono::seconds left_of_day);
  void add_budget(collectors::outcome& outcome) const;
  void stretch_intervals();
  boost::asio::awaitable<void> keep_spending();
  boost::asio::awaitable<bool> keep_spent(std::string collector, std::uint64_t requests);
  boost::asio::awaitable<void> keep_asked_zone();
  boost::asio::awaitable<void> keep_zone(std::string zone);
  boost::asio::awaitable<void> housekeep_for_ever();

  // Work on the ledger and on what accumulates: the one way there. It waits while a reload reads.
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work>> on_ledger(Work work) {
    while (held_) {
      co_await released_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    co_return co_await threads::offload(around_.ledger_thread, std::move(work));
  }

  // Shared by polls of both kinds.
  std::shared_ptr<const collectors::poll_context> make_context(
      const collector_state& collector, std::optional<poll::interval> window) const;
  struct reading_result {
    std::shared_ptr<collectors::outcome> outcome;
    std::uint64_t most_rows = 0;  // of any of its answers
    std::optional<std::chrono::sys_seconds> date;
    bool is_whole = true;  // every row of them could be read
  };
  boost::asio::awaitable<std::expected<reading_result, poll_problem>> read(
      collector_state& collector, std::shared_ptr<const collectors::poll_context> context,
      api::urgency how_urgent);
  std::optional<poll_problem> unusable(const collectors::outcome& outcome,
                                       const collector_state& collector) const;
  void note_lost(collector_state& collector, std::uint64_t rows);
  void note_ledger(const metrics::ledger_error* failure);
  void note_dropped(collector_state& collector, std::uint64_t series);
  bool names_tried() const;
  collector_state* find(std::string_view name);
  const collector_state* find(std::string_view name) const;
  static std::chrono::sys_seconds wall_now();
  static std::chrono::milliseconds time_left(std::chrono::steady_clock::time_point until);

  surroundings around_;
  std::shared_ptr<const config::operation> settings_;
  const date::time_zone* zone_;
  std::shared_ptr<const collectors::privacy> people_;
  std::shared_ptr<const metrics::name_directory> names_;   // as the platform tells them
  std::shared_ptr<shown_names> shown_names_;               // on the ledger's thread
  std::shared_ptr<const metrics::name_directory> roster_;  // as it was last read
  std::chrono::steady_clock::time_point roster_read_;
  std::unique_ptr<api::client> client_;
  std::list<collector_state>
      collectors_;                      // enabled ones, in order of urgency; addresses are stable
  std::list<collector_state> leaving_;  // a change took them out before their polls could end
  threads::task_group chores_;
  poll::platform_clock clock_;
  std::optional<std::chrono::steady_clock::time_point>
      first_answer_;  // of the platform, with its time or without
  poll::lane_pause pause_;
  std::set<std::string, std::less<>> statuses_seen_;
  poll_problem pause_problem_;  // what closed the lane
  std::optional<threads::secret_file> token_;
  lane_failure lane_failure_;
  std::uint64_t requests_told_ = 0;
  std::optional<collectors::quota_facts> quota_;
  std::int64_t spent_since_quota_ = 0;  // requests of ours since token_info spoke
  std::string day_;                     // the platform's day that spending belongs to
  bool budget_spent_ = false;
  bool ledger_failing_ = false;
  bool zone_kept_ = false;   // the ledger knows the zone that windows are cut in
  bool names_kept_ = true;   // the ledger knows the names that labels show
  bool held_ = false;        // a reload reads the ledger, which nothing may change meanwhile
  bool taken_over_ = false;  // by another operation of the name, which has read what is kept
  boost::asio::steady_timer released_;  // rung when it is not held any more
  std::mt19937_64 random_;
  boost::asio::steady_timer names_bell_;  // rung when the roster was asked
  std::optional<std::chrono::steady_clock::time_point> roster_wanted_;  // by a row with a new name
  std::map<metrics::identity, std::chrono::steady_clock::time_point>
      strangers_;            // names that rows had and no roster, since when
  bool is_started_ = false;  // polls by itself
};

}  // namespace wolkvox::app
