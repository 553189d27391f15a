// What an answer means, from its HTTP status first and its body second (wolkvox-api.md 2.2).
// Nothing of the body gets into an error but which of the platform's known messages it was, in our
// words.
#include <fmt/format.h>

#include <charconv>
#include <system_error>
#include <utility>

#include "exporter/api/answer_decoder.hpp"
#include "exporter/api/ascii.hpp"

namespace wolkvox::api {
namespace {

error refusal(error_kind kind, int status, std::string detail, std::string advice) {
  error e;
  e.kind = kind;
  e.status = status;
  e.detail = std::move(detail);
  e.advice = std::move(advice);
  return e;
}

// `code` inside an answer is 200 as a number or a text, "0", "" or a blank (2.1); only what says
// 4xx or 5xx speaks against HTTP's 200.
int status_told_by(const answer_envelope& envelope) {
  int code = 0;
  const auto* end = envelope.code.data() + envelope.code.size();
  const auto [stop, failure] = std::from_chars(envelope.code.data(), end, code);
  const bool is_refusal = failure == std::errc{} && stop == end && code >= 400 && code <= 599;
  return is_refusal ? code : 200;
}

error bad_request(std::string_view message) {
  const std::string advice = "the request is wrong, asking again does not help; report it as a bug";
  if (contains_text(message, "API YOU WANT TO CONSULT DOES NOT EXIST")) {
    return refusal(error_kind::bad_request, 400, "the platform does not know this report", advice);
  }
  if (contains_text(message, "PARAMETERS ARE REQUIRED")) {
    return refusal(error_kind::bad_request, 400, "a required parameter is missing", advice);
  }
  return refusal(error_kind::bad_request, 400, "request refused", advice);
}

error unauthorized(std::string_view message) {
  const std::string advice = "check token_file or token_env, and whether the token has expired";
  const bool asks_for_it = contains_text(message, "PLEASE ENTER THE WOLKVOX-TOKEN");
  return refusal(error_kind::auth, 401, asks_for_it ? "no token arrived" : "not authorized",
                 advice);
}

// One status, four meanings; only `msg` tells them apart.
error forbidden(std::string_view message) {
  if (contains_text(message, "SIMULTANEOUS REQUESTS")) {
    return refusal(error_kind::concurrency, 403, "too many requests at once for the token",
                   "something else uses this token at the same time");
  }
  if (contains_text(message, "LIMIT EXCEEDED")) {
    return refusal(error_kind::quota, 403, "daily request limit of the token exceeded",
                   "wait for the day to change; longer intervals or more licences prevent it");
  }
  if (contains_text(message, "VALIDATE TOKEN")) {
    return refusal(error_kind::auth, 403, "token refused",
                   "check token_file or token_env, and whether the token has expired");
  }
  return refusal(error_kind::http, 403, "refused for a reason of the server's own",
                 "wait: the platform does so while it makes a backup");
}

// "No rows" is a 404 with a small JSON body and no data. A report that the server does not have
// looks exactly alike and cannot be told from it, so it passes as zero rows too; whoever counts
// rows flags a report that never had any. That holds for the platform's own JSON only: an HTML
// page, an empty body or some other service's JSON says that the address is wrong.
std::expected<answer_envelope, error> not_found(std::expected<answer_envelope, error> parsed) {
  if (parsed && parsed->rows == 0) {
    return parsed;
  }
  if (parsed) {
    return std::unexpected(refusal(error_kind::http, 404, "not found, and yet with rows", ""));
  }
  return std::unexpected(refusal(error_kind::http, 404, "not found, and not in the platform's form",
                                 "check server or base_url"));
}

std::expected<answer_envelope, error> success(std::expected<answer_envelope, error> parsed) {
  if (!parsed) {
    parsed.error().status = 200;
    return parsed;
  }
  // One entry that is no object among rows is passed over; nothing but such entries is an answer of
  // another form.
  if (parsed->rows == 0 && parsed->not_rows > 0) {
    return std::unexpected(refusal(error_kind::parse, 200, "data holds no object", ""));
  }
  return parsed;
}

error by_status(int status, std::string_view message) {
  switch (status) {
    case 400:
      return bad_request(message);
    case 401:
      return unauthorized(message);
    case 403:
      return forbidden(message);
    case 429:
      return refusal(error_kind::concurrency, status, "too many requests", "");
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return refusal(error_kind::http, status, "redirect refused", "check server or base_url");
  }
  if (status >= 500) {
    return refusal(error_kind::http, status, "server error", "");
  }
  return refusal(error_kind::http, status, "unexpected status", "");
}

}  // namespace

std::expected<answer_envelope, error> classify(int http_status,
                                               std::expected<answer_envelope, error> parsed) {
  // The reading was stopped for a reason that says more than any status: cancelled, too large,
  // timeout.
  if (!parsed && parsed.error().kind != error_kind::parse) {
    parsed.error().status = http_status;
    return parsed;
  }
  const bool body_decides = http_status == 200 && parsed;
  const int status = body_decides ? status_told_by(*parsed) : http_status;
  if (status == 200) {
    return success(std::move(parsed));
  }
  if (status == 404) {
    return not_found(std::move(parsed));
  }
  auto refused = by_status(status, parsed ? std::string_view{parsed->message} : std::string_view{});
  if (status != http_status) {
    refused.detail += fmt::format(", told inside an HTTP {} answer", http_status);
  }
  return std::unexpected(std::move(refused));
}

}  // namespace wolkvox::api
