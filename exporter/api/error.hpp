// What can go wrong between us and the platform, as a value with context. The kinds are the
// `reason` label of wolkvox_api_errors_total (contract 4.9); how answers map to them:
// wolkvox-api.md 2.2.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wolkvox::api {

enum class error_kind : std::uint8_t {
  connect,      // not resolved, refused, reset, unreachable (or we are not on the allow-list)
  tls,          // handshake or certificate
  timeout,      // the whole exchange took longer than the operation's timeout
  auth,         // 401, 403 PLEASE VALIDATE TOKEN, or no token to send
  quota,        // 403 TOKEN LIMIT EXCEEDED
  concurrency,  // 403 SIMULTANEOUS REQUESTS, 429
  bad_request,  // 400
  http,         // any other status
  parse,        // not JSON, or JSON of another shape
  too_large,    // body over the limit
  cancelled,    // we are stopping; never counted
};

// The label value; "cancelled" has none of the contract's and is never exposed.
std::string_view to_label(error_kind kind);

struct error {
  error_kind kind = error_kind::http;
  std::string operation;  // filled in by the client
  std::string report;     // the `api=` name
  int status = 0;         // HTTP status; 0 when none came
  std::string detail;     // what happened, fit for a log: no text of the body
  std::string advice;     // what the operator can do; "" when only waiting helps
  std::optional<std::chrono::seconds> retry_after;
  bool unreadable = false;   // parse: the body came whole, and yet no JSON can be made of it
  bool not_sent = false;     // client_settings::gate kept the request back
  bool late_answer = false;  // timeout: the request was taken, its answer took too long
  bool no_token = false;     // nor was one sent that had no token: ours could not be read
};

// A token that cannot be read, as the error of the request that needs it: an auth error that says
// so, the platform has not refused anything.
error token_unreadable(std::string why);

// "acme/agents: 403 token limit exceeded (quota); wait for the day to change"
std::string to_string(const error& e);

}  // namespace wolkvox::api
