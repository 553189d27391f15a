// The web configuration: what --web.config.file says, in the file format that Prometheus' own
// exporters share (prometheus/exporter-toolkit, docs/web-configuration.md). Its keys, defaults and
// values are that toolkit's; a file that works there works here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.hpp"
#include "config/load.hpp"
#include "config/secret.hpp"

namespace wolkvox::config {

// Certificates or a key: in a file, or written into the configuration.
struct pem_source {
  std::filesystem::path file;  // counts where both are given, as in the toolkit
  secret text;
  std::string key;  // "tls_server_config.cert_file", for messages
  place at;

  bool given() const { return !file.empty() || !text.empty(); }
};

// client_auth_type. RequireClientCert, an old spelling of RequireAnyClientCert, is read too.
enum class client_certificates : std::uint8_t {
  none,               // NoClientCert
  asked,              // RequestClientCert
  any,                // RequireAnyClientCert
  verified_if_given,  // VerifyClientCertIfGiven
  verified,           // RequireAndVerifyClientCert
};

enum class tls_version : std::uint8_t { tls_1_0, tls_1_1, tls_1_2, tls_1_3 };

struct tls_server {
  pem_source certificate, key, client_ca;
  client_certificates client_auth = client_certificates::none;
  std::vector<std::string> client_allowed_sans;  // empty: any
  tls_version min_version = tls_version::tls_1_2;
  tls_version max_version = tls_version::tls_1_3;
  // Where empty: the library's own choice. Names as OpenSSL has them.
  std::vector<std::string> cipher_suites;  // up to TLS 1.2
  bool names_cipher_suites = false;        // the file does, be it of TLS 1.3 alone
  std::vector<std::string> curve_preferences;
  bool prefer_server_cipher_suites = true;
};

// A bucket of tokens: a request takes one, each interval brings one.
struct rate_limit {
  std::chrono::nanoseconds interval{};  // 0: no limit
  std::uint32_t burst = 0;
};

struct web_config {
  std::optional<tls_server> tls;  // nothing: plain HTTP
  std::vector<std::pair<std::string, std::string>> headers;
  std::map<std::string, secret> users;  // name to bcrypt hash; empty: nobody is asked
  rate_limit limit;
};

struct loaded_web {
  web_config value;
  std::vector<problem> warnings;
};

// As load() and load_file(): strict, all mistakes at once, no secret in a message. The files that
// it names are not looked at here.
std::expected<loaded_web, std::vector<problem>> load_web(std::string_view yaml,
                                                         std::string_view file);
std::expected<loaded_web, std::vector<problem>> load_web_file(const std::filesystem::path& file);

// The cost of a bcrypt hash ($2b$10$...); nothing where the text is none.
std::optional<unsigned> bcrypt_cost(std::string_view hash);

}  // namespace wolkvox::config
