// What a test of the client needs around it: a loop, a pool, an operation, and everything that the
// client told.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/api/net/client.hpp"
#include "exporter/api/net/client_parts.hpp"
#include "exporter/api/net/lane.hpp"

namespace wolkvox::api::test {

inline constexpr std::string_view id_spellings[] = {"agent_id"};
inline constexpr field agent_fields[] = {{id_spellings}};
inline constexpr report_schema agent_schema{agent_fields};

class recorded_rows final : public row_consumer {
 public:
  void row(const row_view& row) override { ids.emplace_back(row[0].value_or("?")); }
  std::vector<std::string> ids;
};

// One ask under way.
struct asked {
  std::optional<std::expected<answer, error>> result;
  recorded_rows rows;
  boost::asio::cancellation_signal stop;
};

inline boost::asio::awaitable<std::expected<secret, error>> ready_token(
    std::expected<secret, error> token) {
  co_return token;
}

class asking {
 public:
  asking() {
    settings.operation.name = "acme";
    settings.operation.base = {.tls = false, .host = "127.0.0.1", .port = 1, .path = "/api/v2/"};
    settings.operation.timeout = std::chrono::seconds{30};
    settings.loop = loop.get_executor();
    settings.pool = pool.get_executor();
    settings.token = [] { return ready_token(secret{"s3cret"}); };
    settings.told = [this](const exchange_report& report) { told.push_back(report); };
    settings.first_shape = [this](const std::string& report, const std::string& shape) {
      shapes.emplace_back(report, shape);
    };
  }
  // Shutdown is a join: nothing of the client may keep the loop busy after close().
  ~asking() {
    if (asker) {
      asker->close();
      turns->close();
      loop.restart();
      loop.run_for(watchdog);
      EXPECT_TRUE(loop.stopped()) << "something keeps the event loop alive";
    }
    asker.reset();
    pool.join();
  }
  asking(const asking&) = delete;
  asking& operator=(const asking&) = delete;

  // Names resolve to loopback unless a test says otherwise; no pause is waited for.
  client& start() {
    const auto& operation = settings.operation;
    client_parts parts;
    parts.network = make_beast_transport({.base = operation.base,
                                          .proxy = operation.proxy,
                                          .proxy_username = operation.proxy_username,
                                          .proxy_password_file = operation.proxy_password_file,
                                          .ca_file = operation.ca_file,
                                          .kept_connections = operation.max_concurrent_requests,
                                          .longest_idle = longest_idle,
                                          .loop = settings.loop,
                                          .resolve = resolve});
    return start_over(std::move(parts.network));
  }
  client& start_over(std::unique_ptr<transport> network) {
    client_parts parts;
    parts.network = std::move(network);
    parts.refusal_pause = [this] {
      ++pauses;
      return pause;
    };
    parts.platform_gives_up = platform_gives_up;
    parts.turns = turns =
        std::make_shared<lane>(settings.loop, settings.operation.max_concurrent_requests);
    asker = make_client(settings, std::move(parts));
    return *asker;
  }

  static report_query query(const std::string& api) {
    report_query made;
    made.file = "real_time.php";
    made.api = api;
    made.schema = &agent_schema;
    made.collector = "collector of " + api;
    return made;
  }
  std::unique_ptr<asked> begin(urgency how_urgent = urgency::live,
                               const std::string& api = "agents") {
    auto one = std::make_unique<asked>();
    boost::asio::co_spawn(
        loop, asker->ask(query(api), one->rows, how_urgent),
        boost::asio::bind_cancellation_slot(
            one->stop.slot(),
            [to = one.get()](std::exception_ptr thrown, std::expected<answer, error> result) {
              EXPECT_EQ(thrown, nullptr);
              to->result = std::move(result);
            }));
    return one;
  }
  template <class Reached>
  [[nodiscard]] bool run_until(Reached reached) {
    const auto end = std::chrono::steady_clock::now() + watchdog;
    loop.restart();
    while (!reached() && std::chrono::steady_clock::now() < end) {
      if (loop.run_one_for(std::chrono::milliseconds{20}) == 0) {
        loop.restart();
      }
    }
    return reached();
  }
  void finish(asked& one) {
    EXPECT_TRUE(run_until([&one] { return one.result.has_value(); })) << "no end in sight";
    if (!one.result) {
      one.stop.emit(boost::asio::cancellation_type::terminal);
      if (!run_until([&one] { return one.result.has_value(); })) {
        std::abort();  // the coroutine would write to what is gone
      }
    }
  }
  std::expected<answer, error> ask(urgency how_urgent = urgency::live) {
    const auto one = begin(how_urgent);
    finish(*one);
    ids = one->rows.ids;
    return *one->result;
  }

  static constexpr std::chrono::seconds watchdog{20};

  boost::asio::io_context loop{1};
  boost::asio::thread_pool pool{1};
  client_settings settings;
  resolve_function resolve = [](const std::string&, std::uint16_t port) {
    return std::expected<addresses, boost::system::error_code>(
        addresses{{boost::asio::ip::address_v4::loopback(), port}});
  };
  std::chrono::milliseconds pause{0};
  std::chrono::minutes longest_idle{2};
  std::chrono::milliseconds platform_gives_up{0};
  int pauses = 0;
  std::shared_ptr<lane> turns;
  std::unique_ptr<client> asker;
  std::vector<exchange_report> told;
  std::vector<std::pair<std::string, std::string>> shapes;
  std::vector<std::string> ids;  // rows of the last ask()
};

inline const std::string no_agents = R"({"code":"200","error":null,"data":[]})";
inline const std::string two_agents =
    R"({"code":"200","data":[{"agent_id":"7"},{"agent_id":"8"}]})";

}  // namespace wolkvox::api::test
