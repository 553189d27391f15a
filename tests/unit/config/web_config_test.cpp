// The web configuration, in the format of prometheus/exporter-toolkit: what is read, and what is
// told of what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "config/go_duration.hpp"
#include "config/web_config.hpp"
#include "tests/unit/config/reading.hpp"

namespace wolkvox::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

// Of the password hunter2, at the least cost.
const std::string hash = "$2y$04$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234";

loaded_web accepted_web(std::string_view yaml, std::string_view file = "web.yml") {
  auto result = load_web(yaml, file);
  if (!result) {
    ADD_FAILURE() << testing::PrintToString(to_lines(result.error()));
    return {};
  }
  return std::move(*result);
}

std::vector<std::string> web_messages(std::string_view yaml) {
  const auto result = load_web(yaml, "web.yml");
  EXPECT_FALSE(result) << "accepted:\n" << yaml;
  return result ? std::vector<std::string>{} : to_lines(result.error());
}

std::vector<std::string> web_warnings(std::string_view yaml) {
  return to_lines(accepted_web(yaml).warnings);
}

TEST(web_config, an_empty_file_asks_for_nothing) {
  for (const auto* const text : {"", "# nothing\n", "{}", "tls_server_config:\nrate_limit: {}\n"}) {
    const auto read = accepted_web(text).value;
    EXPECT_FALSE(read.tls) << text;
    EXPECT_THAT(read.headers, IsEmpty());
    EXPECT_THAT(read.users, IsEmpty());
    EXPECT_EQ(read.limit.interval, 0ns);
  }
}

TEST(web_config, defaults_are_the_toolkits) {
  const auto tls =
      accepted_web("tls_server_config: {cert_file: a.crt, key_file: /b/a.key}", "/etc/x/web.yml")
          .value.tls.value();
  EXPECT_EQ(tls.certificate.file, "/etc/x/a.crt") << "relative to the file that names it";
  EXPECT_EQ(tls.certificate.key, "tls_server_config.cert_file");
  EXPECT_EQ(tls.certificate.at, (place{1, 32}));
  EXPECT_EQ(tls.key.file, "/b/a.key");
  EXPECT_FALSE(tls.client_ca.given());
  EXPECT_EQ(tls.client_auth, client_certificates::none);
  EXPECT_EQ(tls.min_version, tls_version::tls_1_2);
  EXPECT_EQ(tls.max_version, tls_version::tls_1_3);
  EXPECT_TRUE(tls.prefer_server_cipher_suites);
  EXPECT_THAT(tls.cipher_suites, IsEmpty());
  EXPECT_FALSE(tls.names_cipher_suites);
}

TEST(web_config, every_key_of_the_format_is_read) {
  const auto read = accepted_web(R"(
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
  client_allowed_sans: [prometheus.example, 10.0.0.1]
  cipher_suites:
  - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
  - TLS_AES_128_GCM_SHA256
  - TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
  curve_preferences: [X25519, CurveP256]
  min_version: TLS11
  max_version: TLS12
  prefer_server_cipher_suites: no
http_server_config:
  http2: off
  headers:
    X-Frame-Options: deny
    X-XSS-Protection: 1
    Content-Security-Policy: "default-src 'self'"
    Strict-Transport-Security:
basic_auth_users:
  alice: )" + hash + R"(
  bob: ')" + hash + R"('
rate_limit: {interval: 1.5s, burst: 20}
)")
                        .value;
  const auto& tls = read.tls.value();
  EXPECT_EQ(tls.client_auth, client_certificates::verified);
  EXPECT_EQ(tls.client_ca.file, "ca.pem");
  EXPECT_THAT(tls.client_allowed_sans, ElementsAre("prometheus.example", "10.0.0.1"));
  EXPECT_THAT(tls.cipher_suites,
              ElementsAre("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"));
  EXPECT_THAT(tls.curve_preferences, ElementsAre("X25519", "P-256"));
  EXPECT_EQ(tls.min_version, tls_version::tls_1_1);
  EXPECT_EQ(tls.max_version, tls_version::tls_1_2);
  EXPECT_FALSE(tls.prefer_server_cipher_suites);
  EXPECT_THAT(read.headers,
              ElementsAre(Pair("X-Frame-Options", "deny"), Pair("X-XSS-Protection", "1"),
                          Pair("Content-Security-Policy", "default-src 'self'")));
  ASSERT_EQ(read.users.size(), 2U);
  EXPECT_EQ(read.users.at("bob").reveal(), hash);
  EXPECT_EQ(read.limit.interval, 1500ms);
  EXPECT_EQ(read.limit.burst, 20U);
}

TEST(web_config, the_example_shows_the_defaults) {
  const auto* const example = WOLKVOX_SOURCE_DIR "/config/web.example.yml";
  const auto read = load_web_file(example);
  ASSERT_TRUE(read) << testing::PrintToString(to_lines(read.error()));
  EXPECT_THAT(to_lines(read->warnings), IsEmpty());
  const auto& shown = read->value.tls.value();
  const tls_server standard;
  EXPECT_EQ(shown.client_auth, standard.client_auth);
  EXPECT_EQ(shown.min_version, standard.min_version);
  EXPECT_EQ(shown.max_version, standard.max_version);
  EXPECT_EQ(shown.prefer_server_cipher_suites, standard.prefer_server_cipher_suites);
  EXPECT_EQ(read->value.limit.interval, 0ns);
}

TEST(web_config, the_example_holds_no_key_that_would_be_refused) {
  auto text = slurp(WOLKVOX_SOURCE_DIR "/config/web.example.yml");
  text = std::regex_replace(text, std::regex("#([A-Za-z])"), "$1");
  text = std::regex_replace(text, std::regex("type: NoClientCert"),
                            "type: RequireAndVerifyClientCert");
  const auto read = accepted_web(text, "/etc/web.yml").value;
  EXPECT_EQ(read.tls.value().client_ca.file, "/etc/clients.pem");
  EXPECT_EQ(read.tls->cipher_suites.size(), 2U);
  EXPECT_EQ(read.tls->curve_preferences.size(), 4U);
  EXPECT_EQ(read.headers.size(), 5U);
  EXPECT_EQ(read.users.size(), 1U);
}

TEST(web_config, certificates_and_keys_may_be_written_in_the_file_itself) {
  const auto tls = accepted_web(
                       "tls_server_config:\n"
                       "  cert: |\n    certificate\n"
                       "  key: |\n    hunter2\n"
                       "  client_ca: authority\n"
                       "  client_auth_type: RequireAndVerifyClientCert\n")
                       .value.tls.value();
  EXPECT_EQ(tls.certificate.text.reveal(), "certificate\n");
  EXPECT_EQ(tls.key.text.reveal(), "hunter2\n");
  EXPECT_EQ(tls.client_ca.text.reveal(), "authority");
  EXPECT_EQ(tls.client_ca.key, "tls_server_config.client_ca");
}

TEST(web_config, knows_each_client_auth_type) {
  using enum client_certificates;
  for (const auto& [name, expected] :
       {std::pair{"NoClientCert", none}, std::pair{"RequestClientCert", asked},
        std::pair{"RequireAnyClientCert", any}, std::pair{"RequireClientCert", any},
        std::pair{"VerifyClientCertIfGiven", verified_if_given},
        std::pair{"RequireAndVerifyClientCert", verified}}) {
    const auto read = accepted_web(
        std::string("tls_server_config: {cert: c, key: k, client_auth_type: ") + name + "}");
    EXPECT_EQ(read.value.tls.value().client_auth, expected) << name;
  }
}

struct mistake_row {
  std::string_view yaml, message;
};

class web_mistake : public testing::TestWithParam<mistake_row> {};

TEST_P(web_mistake, is_told_with_its_place_and_key) {
  EXPECT_THAT(web_messages(GetParam().yaml), ElementsAre(GetParam().message)) << GetParam().yaml;
}

INSTANTIATE_TEST_SUITE_P(
    every, web_mistake,
    testing::Values(
        mistake_row{
            "tls_server_confg: {}",
            "web.yml:1:1: tls_server_confg: unknown key; did you mean 'tls_server_config'?"},
        mistake_row{"rate_limit:\n  burts: 1",
                    "web.yml:2:3: rate_limit.burts: unknown key; did you mean 'burst'?"},
        mistake_row{"rate_limit: {burst: 1, burst: 2}",
                    "web.yml:1:24: rate_limit.burst: repeated key; the first is in line 1"},
        mistake_row{"rate_limit: {burst: -1}",
                    "web.yml:1:21: rate_limit.burst: expected a whole number, without quotes or "
                    "leading zeros; '-1' is not"},
        mistake_row{"rate_limit: {interval: 1d}",
                    "web.yml:1:24: rate_limit.interval: expected a duration such as 500ms, 1s or "
                    "1m30s (units h, m, s, ms, us, ns)"},
        mistake_row{"tls_server_config: [a]",
                    "web.yml:1:20: tls_server_config: expected a map (key: value), not a list (- "
                    "item)"},
        mistake_row{"tls_server_config: {key_file: k}",
                    "web.yml:1:1: tls_server_config: needs cert_file or cert"},
        mistake_row{"tls_server_config: {cert_file: c, key_file: ''}",
                    "web.yml:1:1: tls_server_config: needs key_file or key"},
        mistake_row{"tls_server_config: {cert: c, key: k, client_ca_file: a}",
                    "web.yml:1:54: tls_server_config.client_ca_file: is of no use without "
                    "client_auth_type, such as RequireAndVerifyClientCert"},
        mistake_row{"tls_server_config: {cert: c, key: k, client_auth_type: RequireClientCerts}",
                    "web.yml:1:56: tls_server_config.client_auth_type: 'RequireClientCerts' is not "
                    "known; did you mean 'RequireClientCert'?"},
        mistake_row{"tls_server_config: {cert: c, key: k, min_version: TLS14}",
                    "web.yml:1:51: tls_server_config.min_version: 'TLS14' is not known; did you "
                    "mean 'TLS10'?"},
        mistake_row{"tls_server_config: {cert: c, key: k, min_version: TLS13, max_version: TLS12}",
                    "web.yml:1:1: tls_server_config: min_version, max_version and cipher_suites "
                    "leave none"},
        mistake_row{"tls_server_config: {cert: c, key: k, max_version: TLS12, cipher_suites: "
                    "[TLS_AES_128_GCM_SHA256]}",
                    "web.yml:1:1: tls_server_config: min_version, max_version and cipher_suites "
                    "leave none"},
        mistake_row{"tls_server_config: {cert: c, key: k, cipher_suites: "
                    "[TLS_AES_128_GCM_SHA265]}",
                    "web.yml:1:54: tls_server_config.cipher_suites[0]: 'TLS_AES_128_GCM_SHA265' is "
                    "not known; did you mean 'TLS_AES_128_GCM_SHA256'?"},
        mistake_row{"tls_server_config: {cert: c, key: k, curve_preferences: [P256]}",
                    "web.yml:1:58: tls_server_config.curve_preferences[0]: 'P256' is not known; "
                    "valid are: CurveP256, CurveP384, CurveP521, X25519"},
        mistake_row{"tls_server_config: {cert: c, key: k, client_allowed_sans: []}",
                    "web.yml:1:59: tls_server_config.client_allowed_sans: needs at least one name"},
        mistake_row{"http_server_config: {headers: {Server: x}}",
                    "web.yml:1:32: http_server_config.headers.Server: cannot be configured; valid "
                    "are: Content-Security-Policy, Strict-Transport-Security, "
                    "X-Content-Type-Options, X-Frame-Options, X-XSS-Protection"},
        mistake_row{"http_server_config: {headers: {X-Frame-Options: DENY}}",
                    "web.yml:1:49: http_server_config.headers.X-Frame-Options: 'DENY' is not valid "
                    "here; did you mean 'deny'?"},
        mistake_row{"http_server_config: {headers: {X-XSS-Protection: \"1\\r\\nSet-Cookie: a\"}}",
                    "web.yml:1:50: http_server_config.headers.X-XSS-Protection: expected one line"},
        mistake_row{"http_server_config: {http2: maybe}",
                    "web.yml:1:29: http_server_config.http2: expected true or false, without "
                    "quotes; 'maybe' is neither"},
        mistake_row{"basic_auth_users: {john: hunter2}",
                    "web.yml:1:26: basic_auth_users.john: expected a bcrypt hash, as htpasswd -nB "
                    "makes it"},
        mistake_row{"basic_auth_users: {john: }",
                    "web.yml:1:20: basic_auth_users.john: expected a bcrypt hash, as htpasswd -nB "
                    "makes it"},
        mistake_row{"hunter2", "web.yml:1:1: expected a map (key: value), not a single value"}));

TEST(web_config, tells_all_mistakes_at_once) {
  EXPECT_THAT(web_messages("rate_limit: {burst: x}\nbasic_auth_users: {a: b}\nother: 1\n"),
              ElementsAre(HasSubstr("web.yml:1:21: "), HasSubstr("web.yml:2:23: "),
                          HasSubstr("web.yml:3:1: ")));
}

TEST(web_config, warns_of_what_works_but_hardly_as_meant) {
  EXPECT_THAT(web_warnings("tls_server_config: {min_version: TLS13}"),
              ElementsAre("web.yml:1:1: tls_server_config: names no certificate: plain HTTP is "
                          "served"));
  EXPECT_THAT(web_warnings("tls_server_config: {cert: c, cert_file: f, key: k}"),
              ElementsAre(HasSubstr("cert_file: counts; the same without _file does not")));
  EXPECT_THAT(web_warnings("tls_server_config: {cert: c, key: k, client_auth_type: "
                           "RequestClientCert}"),
              ElementsAre(HasSubstr("client_auth_type: keeps nobody out")));
  EXPECT_THAT(
      web_warnings("tls_server_config: {cert: c, key: k, client_auth_type: "
                   "RequireAndVerifyClientCert}"),
      ElementsAre("web.yml:1:56: tls_server_config.client_auth_type: without client_ca_file every "
                  "authority that this machine trusts may let clients in"));
  EXPECT_THAT(web_warnings("tls_server_config: {cert: c, key: k, client_auth_type: "
                           "RequireAndVerifyClientCert, client_ca: a, client_allowed_sans: [x]}"),
              IsEmpty());
  EXPECT_THAT(web_warnings("tls_server_config: {cert: c, key: k, client_allowed_sans: [x]}"),
              ElementsAre("web.yml:1:59: tls_server_config.client_allowed_sans: is not looked at "
                          "without client_auth_type"));
  EXPECT_THAT(web_warnings("tls_server_config: {cert: c, key: k, client_allowed_sans: [x], "
                           "client_auth_type: RequireAnyClientCert}"),
              ElementsAre(HasSubstr("client_allowed_sans: proves nothing"),
                          HasSubstr("client_auth_type: keeps nobody out")));
  EXPECT_THAT(web_warnings("rate_limit: {interval: 1s}"),
              ElementsAre(HasSubstr("answers every request with 429")));
  auto dear = hash;
  dear.replace(4, 2, "17");
  EXPECT_THAT(web_warnings("basic_auth_users: {a: " + dear + "}"),
              ElementsAre(HasSubstr("a cost of 17 takes seconds")));
}

TEST(web_config, a_file_that_cannot_be_read_is_told) {
  const auto none = load_web_file("/nowhere/web.yml");
  ASSERT_FALSE(none);
  EXPECT_THAT(to_lines(none.error()),
              ElementsAre("/nowhere/web.yml: cannot be read: No such file or directory"));
}

TEST(bcrypt_cost, is_read_from_whole_hashes_alone) {
  EXPECT_EQ(bcrypt_cost(hash), 4U);
  for (const char variant : {'a', 'b', 'x', 'y'}) {
    auto other = hash;
    other[2] = variant;
    EXPECT_EQ(bcrypt_cost(other), 4U);
  }
  for (const auto& [at, with] :
       {std::pair{1, '1'}, std::pair{2, 'z'}, std::pair{3, '0'}, std::pair{4, '9'},
        std::pair{5, '3'}, std::pair{6, '0'}, std::pair{20, '$'}, std::pair{59, ' '}}) {
    auto other = hash;
    other[static_cast<std::size_t>(at)] = with;
    EXPECT_FALSE(bcrypt_cost(other)) << other;
  }
  EXPECT_FALSE(bcrypt_cost(hash + "A"));
  EXPECT_FALSE(bcrypt_cost(hash.substr(0, 59)));
  EXPECT_FALSE(bcrypt_cost(""));
}

TEST(go_duration, is_read_as_go_writes_it) {
  for (const auto& [text, expected] :
       {std::pair{"0", 0ns}, std::pair{"1s", std::chrono::nanoseconds{1s}},
        std::pair{"100ms", std::chrono::nanoseconds{100ms}},
        std::pair{"1h30m", std::chrono::nanoseconds{90min}},
        std::pair{"1.5s", std::chrono::nanoseconds{1500ms}},
        std::pair{".5s", std::chrono::nanoseconds{500ms}},
        std::pair{"2us3ns", std::chrono::nanoseconds{2003}},
        std::pair{"4\u00b5s", std::chrono::nanoseconds{4000}}}) {
    const auto read = parse_go_duration(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, expected) << text;
  }
  for (const auto* const text : {"", "1", "s", "1x", "-1s", "+1s", "1 s", "1d", "1e3s", "infs"}) {
    EXPECT_FALSE(parse_go_duration(text)) << text;
  }
  EXPECT_EQ(parse_go_duration("9999999h").error(), "is longer than 290 years");
}

}  // namespace
}  // namespace wolkvox::config
