// What an answer means, from its HTTP status first and its body second (wolkvox-api.md 2.2).
// Nothing of the body gets into an error but which of the platform's known messages it was, in our
// words.
#include <fmt/format.h>

#include <charconv>
#include <optional>
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

// `code` inside an answer is 200 as a number or a text, "0", "" or a blank (2.1).
std::optional<int> number_of(std::string_view code) {
  int number = 0;
  const auto [stop, failure] = std::from_chars(code.data(), code.data() + code.size(), number);
  const bool is_number =
      !code.empty() && failure == std::errc{} && stop == code.data() + code.size();
  return is_number ? std::optional{number} : std::nullopt;
}

bool is_status(int code) {
  return code >= 400 && code <= 599;
}

// An answer without rows has to say so. Beside rows nothing needs to be said, but nothing may speak
// against them.
bool says_success(const answer_envelope& answer) {
  if (!answer.error.empty()) {
    return false;
  }
  const auto number = number_of(answer.code);
  if (number == 0 || number == 200) {
    return true;
  }
  const bool is_silent = answer.code.empty() || same_text(answer.code, "OK");
  return is_silent && (answer.rows > 0 || (answer.is_bare && answer.not_rows == 0));
}

// "No rows" with HTTP status 404, in the platform's own words (2.2).
bool says_no_rows(const answer_envelope& answer) {
  return number_of(answer.code) == 404 && answer.rows == 0;
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

// "No rows" is a 404 with a small JSON body that says 404 too, and no data. A report that the
// server does not have looks exactly alike and cannot be told from it, so it passes as zero rows
// too; whoever counts rows flags a report that never had any. Anything else says that the address
// is wrong.
std::expected<answer_envelope, error> not_found(std::expected<answer_envelope, error> parsed) {
  if (parsed && says_no_rows(*parsed)) {
    return parsed;
  }
  if (parsed && parsed->rows > 0) {
    return std::unexpected(refusal(error_kind::http, 404, "not found, and yet with rows", ""));
  }
  return std::unexpected(refusal(error_kind::http, 404, "not found, and not in the platform's form",
                                 "check server or base_url"));
}

// Rows of another table: a column was renamed. Counted as they are, they would fill blank labels.
error unusable(const answer_envelope& answer) {
  return refusal(error_kind::parse, 200,
                 fmt::format("none of {} rows could be used: no {}", answer.rows, answer.missing),
                 "the platform may have renamed it; report it as a bug");
}

error by_status(int status, std::string_view message) {
  switch (status) {
    case 400:
      return bad_request(message);
    case 401:
      return unauthorized(message);
    case 403:
      return forbidden(message);
    case 407:
      return refusal(error_kind::connect, status, "the proxy wants a password",
                     "check proxy_username and proxy_password_file");
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

// A refusal in the platform's words, whatever stands around them.
std::optional<error> refusal_told_by(std::string_view message) {
  if (contains_text(message, "PLEASE ENTER THE WOLKVOX-TOKEN")) {
    return unauthorized(message);
  }
  for (const std::string_view known :
       {"SIMULTANEOUS REQUESTS", "LIMIT EXCEEDED", "VALIDATE TOKEN"}) {
    if (contains_text(message, known)) {
      return forbidden(message);
    }
  }
  if (contains_text(message, "API YOU WANT TO CONSULT DOES NOT EXIST") ||
      contains_text(message, "PARAMETERS ARE REQUIRED")) {
    return bad_request(message);
  }
  return std::nullopt;
}

// What an answer's `error` is in HTTP's own words; other texts may be about anybody.
std::string_view known_reason(std::string_view error_text) {
  for (const std::string_view known :
       {"Bad Request", "Unauthorized", "Forbidden", "Not Found", "Request Timeout",
        "Too Many Requests", "Internal Server Error", "Bad Gateway", "Service Unavailable",
        "Gateway Timeout"}) {
    if (same_text(error_text, known)) {
      return known;
    }
  }
  return {};
}

// One entry that is no object among rows is passed over; nothing but such entries is an answer of
// another form.
bool holds_no_row(const answer_envelope& answer) {
  return answer.rows == 0 && answer.not_rows > 0;
}

// What an answer with HTTP status 200 says is wrong, as far as it may be told.
error told_inside(const answer_envelope& answer) {
  if (auto known = refusal_told_by(answer.message)) {
    return *std::move(known);
  }
  const auto number = number_of(answer.code);
  if (number == 404 && answer.rows > 0) {
    return refusal(error_kind::http, 404, "not found, and yet with rows", "");
  }
  if (number && is_status(*number)) {
    return by_status(*number, answer.message);
  }
  if (const auto reason = known_reason(answer.error); !reason.empty()) {
    return refusal(error_kind::http, 200, fmt::format("error \"{}\"", reason), "");
  }
  if (!answer.error.empty()) {
    return refusal(error_kind::http, 200, "an error in words of its own", "");
  }
  if (number) {
    return refusal(error_kind::http, 200, fmt::format("code {}", *number), "");
  }
  if (holds_no_row(answer)) {
    return refusal(error_kind::parse, 200, "data holds no object", "");
  }
  return refusal(
      error_kind::http, 200,
      answer.code.empty() ? "no rows, and nothing that says success" : "a code that is no number",
      "");
}

std::expected<answer_envelope, error> with_status_200(
    std::expected<answer_envelope, error> parsed) {
  if (!parsed) {
    parsed.error().status = 200;
    return parsed;
  }
  // A server that answers 200 to everything: only the platform's own sentence is taken for it.
  if (says_no_rows(*parsed) && contains_text(parsed->message, "VALIDATE DATES")) {
    return parsed;
  }
  if (!says_success(*parsed)) {
    auto refused = told_inside(*parsed);
    refused.detail += ", told inside an HTTP 200 answer";
    return std::unexpected(std::move(refused));
  }
  if (holds_no_row(*parsed)) {
    return std::unexpected(refusal(error_kind::parse, 200, "data holds no object", ""));
  }
  if (parsed->rows > 0 && !parsed->missing.empty()) {
    return std::unexpected(unusable(*parsed));
  }
  return parsed;
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
  // 203: a proxy changed something on the way (RFC 9110, 15.3.4), gzip to identity perhaps.
  if (http_status == 200 || http_status == 203) {
    return with_status_200(std::move(parsed));
  }
  if (http_status == 404) {
    return not_found(std::move(parsed));
  }
  return std::unexpected(
      by_status(http_status, parsed ? std::string_view{parsed->message} : std::string_view{}));
}

}  // namespace wolkvox::api
