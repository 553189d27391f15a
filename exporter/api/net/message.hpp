// The request and what its answer's header means, as values: the header fields of wolkvox-api.md 1,
// guarded against anything that could end a line. Pure.
#pragma once

#include <expected>
#include <string>

#include "config/config.hpp"
#include "config/secret.hpp"
#include "exporter/api/error.hpp"
#include "exporter/api/net/transport.hpp"
#include "exporter/api/query.hpp"

namespace wolkvox::api {

// The token goes into its header and nowhere else. A token that no header can carry is an auth
// error.
std::expected<request, error> make_request(const config::operation& operation,
                                           const report_query& query, const secret& token,
                                           const std::string& user_agent);

}  // namespace wolkvox::api
