// The words for errors: the metric label of a kind, the log line of an error. What may be in them
// and what may not: error.hpp.
#include "exporter/api/error.hpp"

#include <fmt/format.h>

#include <utility>

namespace wolkvox::api {

std::string_view to_label(error_kind kind) {
  switch (kind) {
    case error_kind::connect:
      return "connect";
    case error_kind::tls:
      return "tls";
    case error_kind::timeout:
      return "timeout";
    case error_kind::auth:
      return "auth";
    case error_kind::quota:
      return "quota";
    case error_kind::concurrency:
      return "concurrency";
    case error_kind::bad_request:
      return "bad_request";
    case error_kind::http:
      return "http";
    case error_kind::parse:
      return "parse";
    case error_kind::too_large:
      return "too_large";
    case error_kind::cancelled:
      return "cancelled";
  }
  std::unreachable();
}

error token_unreadable(std::string why) {
  error problem;
  problem.kind = error_kind::auth;
  problem.no_token = true;
  problem.detail = std::move(why);
  problem.advice = "put the token of wolkvox Manager there, alone on one line";
  return problem;
}

std::string to_string(const error& e) {
  std::string text = e.operation;
  if (!e.report.empty()) {
    text += text.empty() ? e.report : "/" + e.report;
  }
  if (!text.empty()) {
    text += ": ";
  }
  if (e.status != 0) {
    text += fmt::format("{} ", e.status);
  }
  if (!e.detail.empty()) {
    text += e.detail + ' ';
  }
  text += fmt::format("({})", to_label(e.kind));
  if (!e.advice.empty()) {
    text += "; " + e.advice;
  }
  return text;
}

}  // namespace wolkvox::api
