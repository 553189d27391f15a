// Why a TLS connection failed before its first request: label `reason` of
// wolkvox_exporter_tls_handshake_errors_total.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace wolkvox::web {

enum class handshake_fault : std::uint8_t {
  plain_http,          // the s of https was forgotten
  protocol,            // no version of TLS in common, or no TLS at all
  cipher,              // no cipher suite, curve or signature in common
  client_certificate,  // none where one is wanted, or one that is not let in
  alert,               // the client refuses our certificate, mostly
  closed,              // the client went away
  timeout,
  other,
};

inline constexpr std::array<std::string_view, 8> handshake_fault_names{
    "plain_http", "protocol", "cipher",  "client_certificate",
    "alert",      "closed",   "timeout", "other"};

constexpr std::string_view name_of(handshake_fault which) {
  return handshake_fault_names.at(std::to_underlying(which));
}

using handshake_faults = std::array<std::uint64_t, handshake_fault_names.size()>;

}  // namespace wolkvox::web
