// What TLS connections are made with: certificate, key, versions, suites and which clients are let
// in, as the web configuration says. Immutable: a changed file makes a new one.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "config/web_config.hpp"
#include "exporter/web/byte_stream.hpp"
#include "exporter/web/handshake_fault.hpp"

namespace wolkvox::web {

class tls_context;

// Reads the files that `wanted` names; the problem names the key that is to blame, and `file` as
// its source.
std::expected<std::shared_ptr<tls_context>, config::problem> make_tls_context(
    const config::tls_server& wanted, const std::string& file);

// The server's side of a connection.
std::unique_ptr<byte_stream> make_tls_stream(boost::asio::generic::stream_protocol::socket socket,
                                             std::shared_ptr<tls_context> context);
// The other side, trusting any server: for asking our own whether it works.
std::unique_ptr<byte_stream> make_tls_probe(boost::asio::generic::stream_protocol::socket socket);
// What a handshake failed of.
handshake_fault fault_of(const boost::system::error_code& failure);
// Whether the other side ended a connection by saying so in TLS, as where it wants a certificate.
bool is_tls_refusal(const boost::system::error_code& failure);

}  // namespace wolkvox::web
