// Makes OpenSSL's context from the web configuration.
#include "exporter/web/tls_context.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/certificates.hpp"
#include "config/file_text.hpp"
#include "exporter/web/tls_settings.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using config::pem_source;
using config::tls_version;
using outcome = std::expected<void, config::problem>;

// What Go's crypto/tls, and so the toolkit, has where the file names none; in this order.
constexpr auto standard_suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA";
constexpr auto standard_curves = "X25519:P-256:P-384:P-521";

std::unexpected<config::problem> refused(const std::string& file, const pem_source& blamed,
                                         std::string message) {
  return std::unexpected(config::problem{.file = file,
                                         .line = blamed.at.line,
                                         .column = blamed.at.column,
                                         .key = blamed.key,
                                         .message = std::move(message)});
}

std::expected<std::string, config::problem> text_of(const pem_source& source,
                                                    const std::string& file) {
  if (source.file.empty()) {
    return std::string(source.text.reveal());
  }
  auto text = config::read_file_text(source.file);
  if (!text) {
    return refused(file, source, fmt::format("{} {}", source.file.string(), text.error()));
  }
  return std::move(*text);
}

// What is said of a source: of its file by name, of the configuration's own text as it is.
std::string about(const pem_source& source, const std::string& said) {
  return source.file.empty() ? said : fmt::format("{} {}", source.file.string(), said);
}

std::string library_error() {
  const auto* const reason = ERR_reason_error_string(ERR_get_error());
  ERR_clear_error();
  return reason == nullptr ? "unknown reason" : reason;
}

// The first is ours, the others lead to an authority.
bool show(const std::vector<config::certificate>& chain, SSL_CTX* native) {
  bool taken = SSL_CTX_use_certificate(native, chain.front().get()) == 1;
  for (std::size_t i = 1; taken && i < chain.size(); ++i) {
    taken = SSL_CTX_add1_chain_cert(native, chain[i].get()) == 1;
  }
  return taken;
}

outcome load_identity(ssl::context& library, const config::tls_server& wanted,
                      const std::string& file) {
  const auto certificate = text_of(wanted.certificate, file);
  if (!certificate) {
    return std::unexpected(certificate.error());
  }
  const auto key = text_of(wanted.key, file);
  if (!key) {
    return std::unexpected(key.error());
  }
  const auto chain = config::read_certificates(*certificate);
  if (!chain) {
    return refused(file, wanted.certificate, about(wanted.certificate, chain.error()));
  }
  if (!show(*chain, library.native_handle())) {
    return refused(file, wanted.certificate,
                   about(wanted.certificate,
                         "holds a certificate that OpenSSL does not take: " + library_error()));
  }
  error_code failure;
  // OpenSSL would ask for a passphrase on the terminal.
  library.set_password_callback([](std::size_t, auto) { return std::string{}; });
  library.use_private_key(asio::buffer(*key), ssl::context::pem, failure);
  if (failure) {
    return refused(file, wanted.key,
                   "is no private key of that certificate, in PEM form and without passphrase: " +
                       failure.message());
  }
  return {};
}

// The authorities' names are sent to clients, which choose a certificate by them. An intermediate
// or pinned certificate is trusted for itself, as Go does it.
void trust(const std::vector<config::certificate>& authorities, SSL_CTX* native) {
  for (const auto& authority : authorities) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(native), authority.get());
    SSL_CTX_add_client_CA(native, authority.get());
  }
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(native), X509_V_FLAG_PARTIAL_CHAIN);
}

outcome load_authorities(ssl::context& library, const pem_source& source, const std::string& file) {
  if (!source.given()) {
    error_code ignored;  // an empty store lets nobody in
    library.set_default_verify_paths(ignored);
    return {};
  }
  const auto pem = text_of(source, file);
  if (!pem) {
    return std::unexpected(pem.error());
  }
  const auto authorities = config::read_certificates(*pem);
  if (!authorities) {
    return refused(file, source, about(source, authorities.error()));
  }
  trust(*authorities, library.native_handle());
  return {};
}

int native_version(tls_version version) {
  switch (version) {
    case tls_version::tls_1_0:
      return TLS1_VERSION;
    case tls_version::tls_1_1:
      return TLS1_1_VERSION;
    case tls_version::tls_1_2:
      return TLS1_2_VERSION;
    case tls_version::tls_1_3:
      break;
  }
  return TLS1_3_VERSION;
}

bool choose_protocol(SSL_CTX* native, const config::tls_server& wanted) {
  const bool newest_alone = wanted.names_cipher_suites && wanted.cipher_suites.empty();
  if (wanted.min_version < tls_version::tls_1_2) {
    SSL_CTX_set_security_level(native, 0);  // their signatures are SHA-1
  }
  const auto suites = wanted.cipher_suites.empty()
                          ? std::string(standard_suites)
                          : fmt::format("{}", fmt::join(wanted.cipher_suites, ":"));
  const auto curves = wanted.curve_preferences.empty()
                          ? std::string(standard_curves)
                          : fmt::format("{}", fmt::join(wanted.curve_preferences, ":"));
  const auto least = newest_alone ? tls_version::tls_1_3 : wanted.min_version;
  return SSL_CTX_set_min_proto_version(native, native_version(least)) == 1 &&
         SSL_CTX_set_max_proto_version(native, native_version(wanted.max_version)) == 1 &&
         SSL_CTX_set_cipher_list(native, suites.c_str()) == 1 &&
         SSL_CTX_set1_groups_list(native, curves.c_str()) == 1;
}

// HTTP/1.1 of whatever the client offers; a client that offers something else gets it too.
int choose_application(SSL*, const unsigned char** chosen, unsigned char* length,
                       const unsigned char* offered, unsigned int offered_length, void*) {
  // Each name after its length.
  static constexpr std::array<unsigned char, 9> spoken{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* common = nullptr;
  const auto found =
      SSL_select_next_proto(&common, length, spoken.data(), spoken.size(), offered, offered_length);
  *chosen = common;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

// Each connection begins anew: a resumed one would skip what a changed file says of clients.
void forbid_resumption(SSL_CTX* native) {
  SSL_CTX_set_options(native, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(native, 0);
}

}  // namespace

std::expected<std::shared_ptr<tls_context>, config::problem> make_tls_context(
    const config::tls_server& wanted, const std::string& file) {
  auto made = std::make_shared<tls_context>();
  auto* const native = made->library.native_handle();
  if (!choose_protocol(native, wanted)) {
    ERR_clear_error();
    return std::unexpected(config::problem{
        .file = file,
        .key = "tls_server_config",
        .message = "OpenSSL does not take these versions, cipher_suites and curve_preferences"});
  }
  if (wanted.prefer_server_cipher_suites) {
    SSL_CTX_set_options(native, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
  SSL_CTX_set_alpn_select_cb(native, choose_application, nullptr);
  forbid_resumption(native);
  auto done = load_identity(made->library, wanted, file);
  if (done) {
    done = load_authorities(made->library, wanted.client_ca, file);
  }
  if (!done) {
    return std::unexpected(std::move(done.error()));
  }
  made->clients.names = wanted.client_allowed_sans;
  ask_clients(*made, wanted.client_auth);
  return made;
}

}  // namespace wolkvox::web
