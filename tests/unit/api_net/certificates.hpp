// Certificates made at test time: an authority, and server certificates good and bad that it signs.
#pragma once

#include <openssl/types.h>

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

namespace wolkvox::api::test {

struct certificate_wish {
  std::string alternative_names = "DNS:wolkvox.test,IP:127.0.0.1";
  long valid_from_hours = -1;  // from now
  long valid_to_hours = 24;
};

// A certificate and its key in PEM form.
struct pem_pair {
  std::string certificate;
  std::string key;
};

class certificate_authority {
 public:
  explicit certificate_authority(const char* name);
  ~certificate_authority();
  certificate_authority(const certificate_authority&) = delete;
  certificate_authority& operator=(const certificate_authority&) = delete;

  // Signed by this authority.
  pem_pair issue_pem(const certificate_wish& wish = {}) const;
  // The same, ready for a server.
  std::shared_ptr<boost::asio::ssl::context> issue(const certificate_wish& wish = {}) const;
  // The authority's own certificate; the file goes with the authority.
  const std::filesystem::path& file() const { return file_; }

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  std::filesystem::path file_;
};

}  // namespace wolkvox::api::test
