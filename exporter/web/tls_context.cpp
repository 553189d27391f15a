// Makes OpenSSL's context from the web configuration.
#include "exporter/web/tls_context.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <array>
#include <memory>
#include <utility>

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
  error_code failure;
  library.use_certificate_chain(asio::buffer(*certificate), failure);
  if (failure) {
    return refused(file, wanted.certificate, "is no certificate in PEM form: " + failure.message());
  }
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

// The authorities' names are sent to clients, which choose a certificate by them.
std::size_t trust_all_of(const std::string& pem, SSL_CTX* native) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  std::size_t count = 0;
  while (auto* const authority = PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(native), authority);
    SSL_CTX_add_client_CA(native, authority);
    X509_free(authority);
    ++count;
  }
  ERR_clear_error();  // the end of the text is one
  return count;
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
  if (trust_all_of(*pem, library.native_handle()) == 0) {
    return refused(file, source, "holds no certificate in PEM form");
  }
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
