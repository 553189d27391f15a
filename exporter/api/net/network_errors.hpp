// From an error code and the step it came from to an error kind, a text for the log and what the
// operator can do.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstdint>

#include "exporter/api/net/transport.hpp"

namespace wolkvox::api {

// The steps of an exchange, in order.
enum class step : std::uint8_t { resolve, connect, tunnel, handshake, request, header, body };

enum class route : std::uint8_t { direct, proxy };

transport_failure explain(step where, route over, const boost::system::error_code& what);

// `verify_result`: of SSL_get_verify_result; a bad certificate explains more than the handshake's
// error.
transport_failure explain_handshake(const boost::system::error_code& what, long verify_result);

}  // namespace wolkvox::api
