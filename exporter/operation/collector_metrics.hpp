// What the exporter tells about one collector of one operation (contract 4.9). Event-loop thread;
// the series exist at 0 from the start, so that increase() misses nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "exporter/api/net/client.hpp"
#include "exporter/collectors/collector.hpp"
#include "metrics/exposition/self_metrics.hpp"

namespace wolkvox::operation {

class collector_metrics {
 public:
  collector_metrics(metrics::self_metrics& self, std::string operation,
                    const collectors::definition& what);

  void interval(std::chrono::milliseconds in_force);
  void attempted(std::chrono::sys_seconds at);
  void succeeded(std::chrono::sys_seconds at, std::chrono::milliseconds duration);
  void failed();
  void exchanged(const api::exchange_report& exchange);
  // Ignored rows and unreadable fields of one answer.
  void read(const collectors::outcome& outcome);
  void live_rows(std::uint64_t rows);
  void settled(const metrics::settled& settled);
  void window_end(std::chrono::sys_seconds end);
  void catch_up_remaining(std::chrono::seconds left);
  void spent(std::uint64_t requests_today);
  void truncated();
  void lost(std::uint64_t rows);
  void newest_row(std::chrono::sys_seconds date);
  void passed_over(std::chrono::seconds time);
  void suspect(bool is_suspect);
  void dropped(std::uint64_t series);

 private:
  metrics::own_counter& labelled(metrics::family_id family, std::string_view label,
                                 std::string_view value);

  metrics::self_metrics* self_;
  std::string operation_;
  std::string collector_;
  metrics::own_counter* rows_;
  metrics::own_counter* late_ = nullptr;  // this and the next four: ledger reports only
  metrics::own_counter* duplicate_ = nullptr;
  metrics::own_counter* revised_ = nullptr;
  metrics::own_counter* truncated_ = nullptr;
  metrics::own_counter* unreadable_ = nullptr;
  metrics::own_counter* dropped_;
  metrics::own_counter* requests_;
  metrics::own_histogram* request_duration_;
  metrics::own_histogram* response_bytes_;
};

}  // namespace wolkvox::operation
