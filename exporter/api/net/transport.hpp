// One HTTP GET over the network, without a word about the platform: the seam between the client and
// Beast. Everything here happens on the event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "exporter/api/error.hpp"
#include "exporter/api/net/name_lookup.hpp"

namespace wolkvox::api {

using deadline = std::chrono::steady_clock::time_point;

struct header_field {
  std::string name;
  std::string value;
};

// Checked by make_request: nothing in it can end a line.
struct request {
  std::string target;  // absolute path and query
  std::vector<header_field> headers;
};

struct response_head {
  int status = 0;
  std::optional<std::uint64_t> content_length;
  std::string content_encoding;
  std::string date;
  std::string retry_after;
};

struct transport_failure {
  error_kind kind = error_kind::connect;
  std::string detail;
  std::string advice;
  bool late_answer = false;  // as error's
};

// An answer whose body is still to come. Dropping it early closes its connection.
class response {
 public:
  response() = default;
  response(const response&) = delete;
  response& operator=(const response&) = delete;
  virtual ~response() = default;

  virtual const response_head& head() const = 0;
  // When the request's first byte was sent.
  virtual std::chrono::steady_clock::time_point sent() const = 0;
  // Fills `room` unless the body ends before; less than all of it means that the body ended.
  virtual boost::asio::awaitable<std::expected<std::size_t, transport_failure>> read(
      std::span<char> room) = 0;
};

class transport {
 public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  // Up to the answer's header; `until` also holds for its body. `sent` is set when the request is
  // on its way, however the sending ends, and outlives the call.
  virtual boost::asio::awaitable<std::expected<std::unique_ptr<response>, transport_failure>> send(
      request what, deadline until, std::optional<std::chrono::steady_clock::time_point>& sent) = 0;
  // Closes kept connections and keeps no more.
  virtual void close() = 0;
};

struct transport_settings {
  config::endpoint base;
  std::optional<config::endpoint> proxy;
  // Of the proxy; empty: it asks for none.
  std::string proxy_username;
  std::filesystem::path proxy_password_file;
  std::optional<std::filesystem::path> ca_file;  // instead of the system's trust store
  std::size_t kept_connections = 1;
  // A connection idle for longer is not used again: a firewall on the way may have forgotten it
  // without telling either end, and then only the timeout would.
  std::chrono::steady_clock::duration longest_idle = std::chrono::minutes{2};
  // The next address of a name is tried when the one before it has been silent for so long
  // (RFC 8305, 5).
  std::chrono::steady_clock::duration head_start = std::chrono::milliseconds{250};
  boost::asio::any_io_executor loop;
  resolve_function resolve;
};

// Certificates that cannot be read fail each request until they can.
std::unique_ptr<transport> make_beast_transport(transport_settings settings);

}  // namespace wolkvox::api
