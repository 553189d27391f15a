// Whom the client trusts: the authorities that may have signed the server's certificate.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <filesystem>
#include <optional>

#include "exporter/api/net/transport.hpp"

namespace wolkvox::api {

// TLS 1.2 or later, the certificate checked; `ca_file` instead of the system's trust store.
std::expected<boost::asio::ssl::context, transport_failure> make_trust(
    const std::optional<std::filesystem::path>& ca_file);

}  // namespace wolkvox::api
