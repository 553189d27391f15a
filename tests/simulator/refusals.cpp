// The texts of every refusal, in one place.
#include "tests/simulator/refusals.hpp"

#include <fmt/format.h>

namespace wolkvox::simulator {

namespace {

// Indented as it was seen: 84 bytes for "no rows" (wolkvox-api.md 0, 1).
api_answer refused(unsigned status, std::string_view reason, std::string_view message) {
  api_answer made;
  made.status = status;
  made.body =
      fmt::format("{{\n    \"code\": \"{}\",\n    \"error\": \"{}\",\n    \"msg\": \"{}\"\n}}",
                  status, reason, message);
  return made;
}

api_answer html(unsigned status, std::string_view title) {
  api_answer made;
  made.status = status;
  made.content_type = "text/html; charset=UTF-8";
  made.body = fmt::format(
      "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n",
      title);
  return made;
}

}  // namespace

api_answer no_rows() {
  return refused(404, "Not Found", "Validate dates entered");
}

api_answer unknown_report() {
  return refused(400, "Bad Request", "THE API YOU WANT TO CONSULT DOES NOT EXIST");
}

api_answer parameters_missing() {
  return refused(400, "Bad Request", "SOME PARAMETERS ARE REQUIRED");
}

// The text is assumed; the limit is documented (wolkvox-api.md 3.1).
api_answer window_too_long() {
  return refused(400, "Bad Request", "THE DATE RANGE CANNOT EXCEED 31 DAYS");
}

api_answer token_missing() {
  return refused(401, "Unauthorized", "PLEASE ENTER THE WOLKVOX-TOKEN");
}

api_answer token_wrong() {
  return refused(403, "Forbidden", "PLEASE VALIDATE TOKEN");
}

api_answer quota_spent() {
  return refused(403, "Forbidden", "TOKEN LIMIT EXCEEDED");
}

api_answer too_many_at_once() {
  return refused(403, "Forbidden", "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)");
}

api_answer page_not_found() {
  return html(404, "404 Not Found");
}

api_answer method_not_allowed() {
  return html(405, "405 Method Not Allowed");
}

std::optional<api_answer> replacement(fault_kind kind) {
  switch (kind) {
    case fault_kind::html_404:
      return page_not_found();
    case fault_kind::status_500_html:
      return html(500, "500 Internal Server Error");
    case fault_kind::status_503: {
      auto made = html(503, "503 Service Unavailable");
      made.retry_after = 30;
      return made;
    }
    case fault_kind::bad_request_400:
      return unknown_report();
    case fault_kind::unauthorised_401:
      return token_missing();
    case fault_kind::forbidden_token:
      return token_wrong();
    case fault_kind::quota_403:
      return quota_spent();
    case fault_kind::concurrency_403:
      return too_many_at_once();
    case fault_kind::backup_403:
      // The text is not known: any 403 text that is none of the others.
      return refused(403, "Forbidden", "SERVER IN BACKUP, PLEASE TRY LATER");
    case fault_kind::too_many_429: {
      auto made = refused(429, "Too Many Requests", "SLOW DOWN");
      made.retry_after = 7;
      return made;
    }
    case fault_kind::no_rows_404:
      return no_rows();
    case fault_kind::redirect:
      return html(302, "302 Found");
    case fault_kind::html_200:
      return html(200, "Mantenimiento");
    case fault_kind::empty_body: {
      api_answer made;
      return made;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace wolkvox::simulator
