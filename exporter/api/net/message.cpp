#include "exporter/api/net/message.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace wolkvox::api {

namespace {

bool is_visible(char c) {
  return c > 0x20 && c < 0x7f;
}

// A field value as RFC 9110, 5.5 allows it, without its historic bytes above 0x7f.
bool fits_header(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return is_visible(c) || c == ' '; });
}

error refused(error_kind kind, std::string detail, std::string advice) {
  error failure;
  failure.kind = kind;
  failure.detail = std::move(detail);
  failure.advice = std::move(advice);
  return failure;
}

}  // namespace

std::expected<request, error> make_request(const config::operation& operation,
                                           const report_query& query, const secret& token,
                                           const std::string& user_agent) {
  request made;
  made.target = operation.base.path + target(query);
  if (!std::ranges::all_of(made.target, is_visible)) {
    return std::unexpected(refused(error_kind::bad_request,
                                   "the request's address holds a blank or a control character",
                                   "check base_url"));
  }
  if (token.empty() || !std::ranges::all_of(token.reveal(), is_visible)) {
    return std::unexpected(refused(error_kind::auth,
                                   token.empty() ? "the token is empty"
                                                 : "the token holds characters that no header "
                                                   "can carry (a line break, a blank?)",
                                   "check token_file or token_env"));
  }
  made.headers = {{"wolkvox-token", std::string{token.reveal()}}};
  if (!operation.server_number.empty()) {
    made.headers.push_back({"wolkvox_server", operation.server_number});
  }
  made.headers.push_back({"User-Agent", user_agent});
  made.headers.push_back({"Accept", "application/json"});
  made.headers.push_back({"Accept-Encoding", "gzip"});
  for (const auto& field : made.headers) {
    if (!fits_header(field.value)) {
      return std::unexpected(refused(error_kind::bad_request,
                                     "the header " + field.name + " holds a control character",
                                     "check server"));
    }
  }
  return made;
}

}  // namespace wolkvox::api
