// The exporter's process as the model runs it: the program's own pieces, driven in the order of
// exporter/operation, on virtual time, with a place to die after every step. What is not
// in the ledger dies with the object.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "exporter/collectors/collector.hpp"
#include "exporter/operation/roster.hpp"
#include "exporter/poll/platform_clock.hpp"
#include "exporter/poll/report_poll.hpp"
#include "exporter/poll/schedule.hpp"
#include "metrics/accumulated.hpp"
#include "metrics/next_pages.hpp"
#include "tests/model/mortal_ledger.hpp"
#include "tests/model/world.hpp"

namespace wolkvox::model {

class process {
 public:
  // Both outlive it. Loads what the ledger holds.
  process(world& around, metrics::ledger& ledger);
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process();

  void run_until(sys_seconds end);
  // Nothing left to read, as far as it knows, and every value shown.
  bool is_idle() const;
  const poll::report_memory& memory(std::string_view name) const;
  metrics::operation_state kept() { return ledger_.load(operation_->name).value(); }

 private:
  struct collector {
    const collectors::definition* definition = nullptr;
    config::collector_settings settings;
    poll::clock_state clock;
    poll::report_memory memory;
    std::unique_ptr<metrics::accumulated> book;
    std::optional<poll::steady_time> shows_next;
  };
  struct read_result {
    answer told;
    collectors::outcome outcome;
    taking how;
    std::shared_ptr<const metrics::name_directory> names;
  };

  void restore();
  collector& next_due(poll::steady_time& when);
  void ask_names();
  bool poll_report(collector& of);
  bool learn_the_time(collector& of);
  std::optional<read_result> read(collector& of, poll::interval window);
  std::optional<metrics::settled> settle(collector& of, read_result& read,
                                         const poll::settlement_terms& terms, sys_seconds polled);
  void publish_book(collector& of);
  void prune(collector& of);
  std::shared_ptr<const collectors::poll_context> make_context(const collector& of,
                                                               poll::interval window) const;
  poll::report_settings settings_of(const collector& of) const;
  metrics::book_owner owner_of(const collector& of) const {
    return {.operation = operation_->name, .collector = std::string{of.definition->name}};
  }
  sys_seconds platform_now() const { return clock_.now(world_.steady()); }

  world& world_;
  mortal_ledger ledger_;
  std::shared_ptr<const config::operation> operation_;
  std::shared_ptr<const collectors::privacy> people_;
  operation::roster names_{std::nullopt};
  poll::platform_clock clock_;
  poll::steady_time names_due_;
  std::list<collector> collectors_;
};

}  // namespace wolkvox::model
