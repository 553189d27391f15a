// Judges the certificates of clients.
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "exporter/web/tls_settings.hpp"

namespace wolkvox::web {
namespace {

using general_names = std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)>;

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::string address_of(const ASN1_OCTET_STRING* bytes) {
  const auto length = ASN1_STRING_length(bytes);
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto family = length == 4 ? AF_INET : AF_INET6;
  if ((length != 4 && length != 16) ||
      ::inet_ntop(family, ASN1_STRING_get0_data(bytes), text.data(), text.size()) == nullptr) {
    return {};
  }
  return text.data();
}

// As the toolkit compares them: DNS, e-mail and URI as they are written, addresses by their text.
std::string name_of(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
      return std::string(text_of(name.d.dNSName));
    case GEN_EMAIL:
      return std::string(text_of(name.d.rfc822Name));
    case GEN_URI:
      return std::string(text_of(name.d.uniformResourceIdentifier));
    case GEN_IPADD:
      return address_of(name.d.iPAddress);
    default:
      return {};
  }
}

bool bears_one_of(const X509* certificate, const std::vector<std::string>& allowed) {
  const general_names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(
                                certificate, NID_subject_alt_name, nullptr, nullptr)),
                            &GENERAL_NAMES_free);
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto name = name_of(*sk_GENERAL_NAME_value(names.get(), i));
    if (!name.empty() && std::ranges::find(allowed, name) != allowed.end()) {
      return true;
    }
  }
  return false;
}

// Called by OpenSSL where a client showed a certificate: 1 lets it in.
int judge(X509_STORE_CTX* shown, void* given) {
  const auto& clients = *static_cast<const client_admission*>(given);
  if (clients.verified && X509_verify_cert(shown) <= 0) {
    return 0;
  }
  if (!clients.names.empty() && !bears_one_of(X509_STORE_CTX_get0_cert(shown), clients.names)) {
    X509_STORE_CTX_set_error(shown, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  X509_STORE_CTX_set_error(shown, X509_V_OK);
  return 1;
}

}  // namespace

void ask_clients(tls_context& context, config::client_certificates policy) {
  using enum config::client_certificates;
  if (policy == none) {
    return;
  }
  const bool required = policy == any || policy == verified;
  auto* const native = context.library.native_handle();
  SSL_CTX_set_verify(native, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  context.clients.verified = policy == verified || policy == verified_if_given;
  SSL_CTX_set_cert_verify_callback(native, judge, &context.clients);
}

}  // namespace wolkvox::web
