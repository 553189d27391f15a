// Builds sites and status facts for the tests of the web server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "exporter/web/site.hpp"

namespace wolkvox::web {

// 2026-11-21 14:00:00 UTC, 09:00:00 in Bogota.
inline constexpr sys_seconds test_now{std::chrono::seconds{1795269600}};

// A live collector that succeeded 12 s ago.
inline collector_status healthy_collector(std::string name) {
  using namespace std::chrono_literals;
  collector_status collector;
  collector.name = std::move(name);
  collector.up = true;
  collector.tried = true;
  collector.last_attempt = test_now - 12s;
  collector.last_success = test_now - 12s;
  collector.next_poll = test_now + 48s;
  collector.interval = 1min;
  collector.duration = 812ms;
  return collector;
}

inline collector_status failing_collector(std::string name, std::string error) {
  using namespace std::chrono_literals;
  auto collector = healthy_collector(std::move(name));
  collector.up = false;
  collector.last_success = test_now - 12min;
  collector.next_poll = test_now + 42s;
  collector.last_error = std::move(error);
  return collector;
}

inline program_status status_of(std::vector<collector_status> collectors) {
  using namespace std::chrono_literals;
  operation_status operation;
  operation.name = "acme";
  operation.server = "wv0042.wolkvox.com";
  operation.timezone = "America/Bogota";
  operation.budget_remaining = 21'300;
  operation.quota_limit = 25'000;
  operation.quota_used = 1'200;
  operation.collectors = std::move(collectors);
  program_status status;
  status.version = "0.1.0";
  status.started = test_now - 3h;
  status.now = test_now;
  status.series = 12'345;
  status.operations.push_back(std::move(operation));
  return status;
}

inline body pieces_of(std::vector<std::string> texts) {
  body content;
  for (auto& text : texts) {
    content.push_back(std::make_shared<const std::string>(std::move(text)));
  }
  return content;
}

template <class Answer>
boost::asio::awaitable<body> answer_at_once(Answer answer) {
  co_return answer();
}

// Metrics that never wait, the same for every filter and form.
template <class Answer>
auto answering(Answer answer) {
  return [answer](metrics::page_filter, metrics::form) { return answer_at_once(answer); };
}

inline site small_site() {
  site content;
  content.metrics = answering([] { return pieces_of({"up 1\n", "down 2\n"}); });
  content.status = [] { return status_of({healthy_collector("agents")}); };
  content.ready = [] { return true; };
  return content;
}

}  // namespace wolkvox::web
