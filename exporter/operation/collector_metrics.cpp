#include "exporter/operation/collector_metrics.hpp"

#include <array>

namespace wolkvox::operation {

using metrics::family_id;

namespace {

constexpr std::array error_kinds{
    api::error_kind::connect,     api::error_kind::tls,   api::error_kind::timeout,
    api::error_kind::auth,        api::error_kind::quota, api::error_kind::concurrency,
    api::error_kind::bad_request, api::error_kind::http,  api::error_kind::parse,
    api::error_kind::too_large,
};

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>{duration}.count();
}

}  // namespace

collector_metrics::collector_metrics(metrics::self_metrics& self, std::string operation,
                                     const collectors::definition& what)
    : self_(&self), operation_(std::move(operation)), collector_(what.name) {
  const auto counter = [this](family_id family) {
    return &self_->counter(family, {{"operation", operation_}, {"collector", collector_}});
  };
  rows_ = counter(family_id::rows_total);
  dropped_ = counter(family_id::series_dropped_total);
  requests_ = counter(family_id::api_requests_total);
  if (what.kind != collectors::report_kind::live) {
    late_ = counter(family_id::rows_late_total);
    duplicate_ = counter(family_id::rows_duplicate_total);
    revised_ = counter(family_id::rows_revised_total);
    truncated_ = counter(family_id::windows_truncated_total);
    unreadable_ = counter(family_id::unreadable_seconds_total);
  }
  for (const api::error_kind kind : error_kinds) {
    labelled(family_id::api_errors_total, "reason", api::to_label(kind));
  }
  request_duration_ = &self_->histogram(family_id::api_request_duration_seconds,
                                        {{"operation", operation_}, {"collector", collector_}});
  response_bytes_ = &self_->histogram(family_id::api_response_bytes,
                                      {{"operation", operation_}, {"collector", collector_}});
}

metrics::own_counter& collector_metrics::labelled(family_id family, std::string_view label,
                                                  std::string_view value) {
  return self_->counter(family,
                        {{"operation", operation_}, {"collector", collector_}, {label, value}});
}

namespace {

// One gauge of a collector; made when it first has something to tell.
metrics::own_gauge& gauge(metrics::self_metrics& self, family_id family, std::string_view operation,
                          std::string_view collector) {
  return self.gauge(family, {{"operation", operation}, {"collector", collector}});
}

}  // namespace

void collector_metrics::interval(std::chrono::milliseconds in_force) {
  gauge(*self_, family_id::poll_interval_seconds, operation_, collector_).set(seconds(in_force));
}

void collector_metrics::attempted(std::chrono::sys_seconds at) {
  gauge(*self_, family_id::poll_last_attempt_timestamp_seconds, operation_, collector_)
      .set(static_cast<double>(at.time_since_epoch().count()));
}

void collector_metrics::succeeded(std::chrono::sys_seconds at, std::chrono::milliseconds duration) {
  gauge(*self_, family_id::up, operation_, collector_).set(1);
  gauge(*self_, family_id::poll_duration_seconds, operation_, collector_).set(seconds(duration));
  gauge(*self_, family_id::poll_last_success_timestamp_seconds, operation_, collector_)
      .set(static_cast<double>(at.time_since_epoch().count()));
}

void collector_metrics::failed() {
  gauge(*self_, family_id::up, operation_, collector_).set(0);
}

void collector_metrics::exchanged(const api::exchange_report& exchange) {
  if (!exchange.failure || !exchange.failure->no_token) {
    requests_->increment();
    request_duration_->observe(seconds(exchange.duration));
    response_bytes_->observe(static_cast<double>(exchange.bytes));
  }
  if (exchange.failure && exchange.failure->kind != api::error_kind::cancelled) {
    labelled(family_id::api_errors_total, "reason", api::to_label(exchange.failure->kind))
        .increment();
  }
}

void collector_metrics::read(const collectors::outcome& outcome) {
  for (const auto& [reason, count] : outcome.ignored) {
    labelled(family_id::rows_ignored_total, "reason", reason).increment(static_cast<double>(count));
  }
  for (const auto& [field, count] : outcome.field_errors) {
    labelled(family_id::field_errors_total, "field", field).increment(static_cast<double>(count));
  }
}

void collector_metrics::live_rows(std::uint64_t rows) {
  rows_->increment(static_cast<double>(rows));
}

void collector_metrics::settled(const metrics::settled& settled) {
  rows_->increment(static_cast<double>(settled.rows));
  late_->increment(static_cast<double>(settled.late));
  duplicate_->increment(static_cast<double>(settled.duplicate));
  revised_->increment(static_cast<double>(settled.revised));
}

void collector_metrics::window_end(std::chrono::sys_seconds end) {
  gauge(*self_, family_id::window_end_timestamp_seconds, operation_, collector_)
      .set(static_cast<double>(end.time_since_epoch().count()));
}

void collector_metrics::catch_up_remaining(std::chrono::seconds left) {
  gauge(*self_, family_id::catch_up_remaining_seconds, operation_, collector_).set(seconds(left));
}

void collector_metrics::spent(std::uint64_t requests_today) {
  gauge(*self_, family_id::budget_spent_requests, operation_, collector_)
      .set(static_cast<double>(requests_today));
}

void collector_metrics::truncated() {
  truncated_->increment();
}

void collector_metrics::lost(std::uint64_t rows) {
  labelled(family_id::rows_ignored_total, "reason", "unreadable")
      .increment(static_cast<double>(rows));
}

void collector_metrics::newest_row(std::chrono::sys_seconds date) {
  gauge(*self_, family_id::newest_row_timestamp_seconds, operation_, collector_)
      .set(static_cast<double>(date.time_since_epoch().count()));
}

void collector_metrics::passed_over(std::chrono::seconds time) {
  unreadable_->increment(seconds(time));
}

void collector_metrics::suspect(bool is_suspect) {
  gauge(*self_, family_id::clock_suspect, operation_, collector_).set(is_suspect ? 1 : 0);
}

void collector_metrics::dropped(std::uint64_t series) {
  dropped_->increment(static_cast<double>(series));
}

}  // namespace wolkvox::operation
