// The HTTP server: listens, reads requests, carries out what the router plans. Everything happens
// on the event-loop thread; nothing is locked and nothing waits but the sockets. One server is
// started once and stopped once.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/web/handshake_fault.hpp"
#include "exporter/web/site.hpp"

namespace wolkvox::web {

class guard;

// What --web.enable-lifecycle allows.
struct lifecycle_handlers {
  // The error says why the old configuration was kept. Two requests may ask at once.
  std::function<boost::asio::awaitable<std::expected<void, std::string>>()> reload;
  // Called after the answer was written.
  std::function<void()> quit;
};

// Bounds on what a peer can cost. The defaults are for service; tests shorten them.
struct server_limits {
  std::uint32_t header_bytes = 16 * 1024;  // more is answered with 431
  std::size_t connections = 512;           // one more ends the one that has been idle longest
  std::chrono::milliseconds header_timeout =
      std::chrono::seconds{10};                                      // from a request's first byte
  std::chrono::milliseconds idle_timeout = std::chrono::minutes{2};  // between requests
  std::chrono::milliseconds write_stall = std::chrono::seconds{30};  // without a byte taken
  std::chrono::milliseconds write_total = std::chrono::minutes{5};  // one answer, slow as it may be
  // For answers under way when stopping: the whole program has 5 s (contract section 1).
  std::chrono::milliseconds stop_deadline = std::chrono::seconds{4};
  std::chrono::milliseconds accept_retry = std::chrono::seconds{1};  // after accept failed
};

struct server_settings {
  std::vector<std::string> listen_addresses;  // see listen_address.hpp
  std::vector<int> inherited_sockets;         // listening already; the server closes them
  std::string telemetry_path = "/metrics";
  std::size_t max_requests = 40;  // scrapes in flight; more get 503
  boost::asio::any_io_executor loop;
  std::optional<lifecycle_handlers> lifecycle;  // nothing: answered with 403
  std::shared_ptr<web::guard> guard;            // null: plain HTTP, for all
  // Trouble that no answer shows, once per change: for the log.
  std::function<void(const std::string&)> told;
  // A TLS client that came to no request, and why.
  std::function<void(handshake_fault why, const std::string& detail)> refused;
  server_limits limits;
};

// For the exporter's own families.
struct scrape_counts {
  std::array<std::uint64_t, metrics::all_forms.size()> served{};  // by form_index()
  std::uint64_t rejected = 0;                                     // over max_requests
  std::size_t in_flight = 0;
  std::optional<handshake_faults> handshake_errors;  // by handshake_fault; nothing without TLS
};

class server {
 public:
  server() = default;
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  virtual ~server() = default;  // cuts what stop() did not end

  // Binds every address, then serves. The addresses as they were bound (port 0 replaced); an error
  // names the address and leaves nothing bound.
  virtual std::expected<std::vector<std::string>, std::string> start() = 0;
  // Stops accepting, closes idle connections, lets answers under way end within the deadline, cuts
  // the rest and returns when nothing is left. Once.
  virtual boost::asio::awaitable<void> stop() = 0;
  virtual const scrape_counts& scrapes() const = 0;
};

std::unique_ptr<server> make_server(server_settings settings, site content);

}  // namespace wolkvox::web
