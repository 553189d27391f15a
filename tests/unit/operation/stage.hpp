// All that surrounds an operation, for tests: one thread for loop, pool and ledger, clocks that are
// set by hand, a ledger that may fail, a platform that answers what a test says, a log to read.
// Nothing waits: what cannot go on without time or an answer is left standing.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "config/keys.hpp"
#include "exporter/operation/surroundings.hpp"
#include "tests/unit/operation/fake_platform.hpp"
#include "tests/unit/operation/faulty_ledger.hpp"
#include "tests/unit/operation/log_lines.hpp"

namespace wolkvox::operation {

using namespace std::chrono_literals;

// 2026-11-21 12:00:00 in Bogota.
inline constexpr sys_seconds noon{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21} + 17h};

class stage {
 public:
  stage() {
    platform.clock = [this] { return wall; };
  }

  surroundings around() {
    surroundings all;
    all.loop = all.pool = all.ledger_thread = loop.get_executor();
    all.ledger = &ledger;
    all.pages = &pages;
    all.self = &self;
    all.connect = [this](api::client_settings settings) {
      return platform.connect(std::move(settings));
    };
    all.first_showing = 0s;
    all.log = log.writer();
    all.steady = [this] { return now += 1us; };
    all.wall = [this] { return wall; };
    return all;
  }

  // An operation with these collectors on, every setting as without a file.
  static config::operation configured(std::initializer_list<std::string_view> enabled) {
    config::operation made;
    made.name = "acme";
    made.currency = "COP";
    for (const config::collector_info& each : config::all_collectors()) {
      config::collector_settings& how = made.collectors[std::string{each.name}];
      how = config::built_in_settings(each);
      how.enabled = std::ranges::find(enabled, each.name) != enabled.end();
    }
    return made;
  }

  // Whatever can happen now happens.
  void settle() {
    loop.restart();
    loop.poll();
  }
  // Its result; a failure of the test where it does not come.
  template <class Result>
  Result await(boost::asio::awaitable<Result> what) {
    std::optional<Result> result;
    boost::asio::co_spawn(loop, std::move(what), [&](const std::exception_ptr& bug, Result made) {
      EXPECT_FALSE(bug);
      result.emplace(std::move(made));
    });
    settle();
    EXPECT_TRUE(result.has_value());
    return std::move(result).value();
  }
  void await(boost::asio::awaitable<void> what) {
    bool has_ended = false;
    boost::asio::co_spawn(loop, std::move(what), [&](const std::exception_ptr& bug) {
      EXPECT_FALSE(bug);
      has_ended = true;
    });
    settle();
    EXPECT_TRUE(has_ended);
  }
  void pass(std::chrono::seconds time) {
    now += time;
    wall += time;
  }
  // Whether a line of /metrics begins so.
  bool shows(std::string_view line) {
    std::string text = "\n";
    pages.publish_own(self.take_changed());
    for (const auto& piece : pages.gather({}, {}, now)->body({}, metrics::recording{})) {
      text += *piece;
    }
    return text.contains("\n" + std::string{line});
  }

  // Goes on a hair whenever it is asked, so that what is due in a hair comes.
  steady_time now = std::chrono::steady_clock::now();
  sys_seconds wall = noon;
  boost::asio::io_context loop{1};
  faulty_ledger ledger;
  metrics::page_store pages;
  metrics::self_metrics self{[] { return noon; }};
  fake_platform platform;
  log_lines log;
};

}  // namespace wolkvox::operation
