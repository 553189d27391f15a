#include "exporter/api/net/trust.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <new>
#include <string>

#include "config/certificates.hpp"
#include "config/file_text.hpp"

namespace wolkvox::api {

namespace {

namespace ssl = boost::asio::ssl;

std::unexpected<transport_failure> no_trust(const std::string& whose, const std::string& why) {
  return std::unexpected(
      transport_failure{.kind = error_kind::tls,
                        .detail = fmt::format("{}: {}", whose, why),
                        .advice = "nothing was sent; put the certificates there in PEM form"});
}

}  // namespace

// Read as text: OpenSSL would wait at a pipe and read a device for ever.
std::expected<ssl::context, transport_failure> make_trust(
    const std::optional<std::filesystem::path>& ca_file) {
  ssl::context trust(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(trust.native_handle(), TLS1_2_VERSION);
  trust.set_verify_mode(ssl::verify_peer);
  boost::system::error_code failure;
  if (!ca_file) {
    trust.set_default_verify_paths(failure);
    if (failure) {
      return no_trust("the system's trust store", failure.message());
    }
    return trust;
  }
  const auto whose = fmt::format("tls.ca_file {}", ca_file->string());
  const auto text = config::read_file_text(*ca_file);
  if (!text) {
    return no_trust(whose, text.error());
  }
  const auto certificates = config::read_certificates(*text);
  if (!certificates) {
    return no_trust(whose, certificates.error());
  }
  auto* const store = SSL_CTX_get_cert_store(trust.native_handle());
  for (const auto& each : *certificates) {
    if (X509_STORE_add_cert(store, each.get()) != 1) {
      throw std::bad_alloc();
    }
  }
  // An intermediate authority or the server's own certificate is trusted where it is named, as
  // other clients do: what is above it need not be there.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return trust;
}

}  // namespace wolkvox::api
