// Asks one operation's API: one lane per token, one exchange at a time (or two), rows decoded on
// the pool while the body arrives. Lives on the event-loop thread; every function is called there.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/secret.hpp"
#include "exporter/api/answer_decoder.hpp"
#include "exporter/api/error.hpp"
#include "exporter/api/query.hpp"

namespace wolkvox::api {

// Lower asks first (design: the most urgent first across collectors).
enum class urgency : std::uint8_t { live, names, report, catch_up };

struct answer {
  answer_envelope envelope;
  std::uint64_t bytes = 0;              // body as received, after content decoding
  std::chrono::nanoseconds duration{};  // from the request's first byte to the answer's last
  std::optional<std::chrono::sys_seconds> date;  // the platform's clock: the Date header
};

// What an exchange cost and how it ended; told for every one that was begun: failed or not, also
// when it found no connection, or no token to begin with. A kept connection that had to be replaced
// is no exchange of its own.
struct exchange_report {
  std::string collector;  // who asked: report_query::collector
  std::string report;     // `api=` name
  std::chrono::nanoseconds duration{};
  std::uint64_t bytes = 0;
  std::optional<error> failure;
};

class client {
 public:
  client() = default;
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  virtual ~client() = default;

  // Waits for its turn in the lane, asks, feeds every row to `rows` on the pool. `rows` outlives
  // the call. An error after rows were fed means: throw them away. Cancellable (terminal).
  virtual boost::asio::awaitable<std::expected<answer, error>> ask(report_query query,
                                                                   row_consumer& rows,
                                                                   urgency how_urgent) = 0;
  // The event loop closes kept connections; asks that wait end as cancelled.
  virtual void close() = 0;
};

class lane;

struct client_settings {
  config::operation operation;
  boost::asio::any_io_executor loop;  // the event loop
  boost::asio::any_io_executor pool;  // decoding
  // Read before every request.
  std::function<boost::asio::awaitable<std::expected<secret, error>>()> token;
  // Asked when a request's turn has come: an error keeps it from being sent and is its answer.
  std::function<std::optional<error>(const report_query&)> gate;
  std::function<void(const exchange_report&)> told;  // metrics; on the loop
  std::function<void(const std::string& report, const std::string& shape)>
      first_shape;                          // once per report
  std::uint64_t body_limit = 256ULL << 20;  // wolkvox-api.md 3.1
  std::string user_agent = "wolkvox_exporter";
};

// `turns`: where requests with this operation's token queue.
std::unique_ptr<client> make_client(client_settings settings, std::shared_ptr<lane> turns);

}  // namespace wolkvox::api
