#include "certificates.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace wolkvox::api::test {

namespace {

void require(bool done) {
  if (!done) {
    throw std::runtime_error("OpenSSL cannot make a test certificate");
  }
}

template <class Write>
std::string pem(Write write) {
  BIO* const memory = BIO_new(BIO_s_mem());
  require(memory != nullptr && write(memory) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(memory);
  return text;
}

void extend(X509* certificate, int which, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, which, value.c_str());
  require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

X509* draft(EVP_PKEY* key, const char* name, const certificate_wish& wish, long serial) {
  X509* const made = X509_new();
  require(made != nullptr);
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), serial);
  X509_gmtime_adj(X509_getm_notBefore(made), wish.valid_from_hours * 3600);
  X509_gmtime_adj(X509_getm_notAfter(made), wish.valid_to_hours * 3600);
  X509_set_pubkey(made, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return made;
}

}  // namespace

certificate_authority::certificate_authority(const char* name)
    : key_(EVP_EC_gen("P-256")),
      certificate_(draft(key_, name, {}, 1)),
      file_(std::filesystem::temp_directory_path() /
            ("wolkvox-test-ca-" + std::to_string(getpid()) + "-" +
             std::to_string(reinterpret_cast<std::uintptr_t>(this)) + ".pem")) {
  X509_set_issuer_name(certificate_, X509_get_subject_name(certificate_));
  extend(certificate_, NID_basic_constraints, "critical,CA:TRUE");
  require(X509_sign(certificate_, key_, EVP_sha256()) > 0);
  std::ofstream(file_) << pem([this](BIO* to) { return PEM_write_bio_X509(to, certificate_); });
}

certificate_authority::~certificate_authority() {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

pem_pair certificate_authority::issue_pem(const certificate_wish& wish) const {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const made = draft(key, "a server", wish, 2);
  X509_set_issuer_name(made, X509_get_subject_name(certificate_));
  extend(made, NID_subject_alt_name, wish.alternative_names);
  require(X509_sign(made, key_, EVP_sha256()) > 0);
  pem_pair pair;
  pair.certificate = pem([made](BIO* to) { return PEM_write_bio_X509(to, made); });
  pair.key = pem([key](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
  X509_free(made);
  EVP_PKEY_free(key);
  return pair;
}

std::shared_ptr<boost::asio::ssl::context> certificate_authority::issue(
    const certificate_wish& wish) const {
  const auto pair = issue_pem(wish);
  auto identity =
      std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  identity->use_certificate(boost::asio::buffer(pair.certificate), boost::asio::ssl::context::pem);
  identity->use_private_key(boost::asio::buffer(pair.key), boost::asio::ssl::context::pem);
  return identity;
}

}  // namespace wolkvox::api::test
