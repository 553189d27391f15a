// The names that values of the web configuration may have, one table a key. Internal to its reader.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "config/web_config.hpp"

namespace wolkvox::config {

template <class Value>
struct web_name {
  std::string_view name;
  Value value;
};

inline constexpr std::array<web_name<tls_version>, 4> version_names{{
    {"TLS10", tls_version::tls_1_0},
    {"TLS11", tls_version::tls_1_1},
    {"TLS12", tls_version::tls_1_2},
    {"TLS13", tls_version::tls_1_3},
}};

inline constexpr std::array<web_name<client_certificates>, 6> client_auth_names{{
    {"NoClientCert", client_certificates::none},
    {"RequestClientCert", client_certificates::asked},
    {"RequireAnyClientCert", client_certificates::any},
    {"RequireClientCert", client_certificates::any},
    {"VerifyClientCertIfGiven", client_certificates::verified_if_given},
    {"RequireAndVerifyClientCert", client_certificates::verified},
}};

// The suites that Go's crypto/tls counts as secure, by OpenSSL's names; "" for those of TLS 1.3,
// which neither lets anyone choose from there.
inline constexpr std::array<web_name<std::string_view>, 13> cipher_names{{
    {"TLS_AES_128_GCM_SHA256", ""},
    {"TLS_AES_256_GCM_SHA384", ""},
    {"TLS_CHACHA20_POLY1305_SHA256", ""},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA-AES128-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA-AES128-SHA"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA-AES256-SHA"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA-AES256-SHA"},
}};

inline constexpr std::array<web_name<std::string_view>, 4> curve_names{{
    {"CurveP256", "P-256"},
    {"CurveP384", "P-384"},
    {"CurveP521", "P-521"},
    {"X25519", "X25519"},
}};

// The header fields that may be set, and to what; no values: to anything.
struct web_header {
  std::string_view name;
  std::span<const std::string_view> values;
};

inline constexpr std::array<std::string_view, 1> content_type_options{"nosniff"};
inline constexpr std::array<std::string_view, 2> frame_options{"deny", "sameorigin"};

inline constexpr std::array<web_header, 5> header_names{{
    {"Content-Security-Policy", {}},
    {"Strict-Transport-Security", {}},
    {"X-Content-Type-Options", content_type_options},
    {"X-Frame-Options", frame_options},
    {"X-XSS-Protection", {}},
}};

}  // namespace wolkvox::config
