// TLS and proxies: whom the client trusts, and that it tells why it does not.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "asking.hpp"
#include "certificates.hpp"
#include "scripted_server.hpp"

namespace wolkvox::api::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class tls : public testing::Test {
 protected:
  tls() {
    here.settings.operation.base.tls = true;
    here.settings.operation.base.host = "wolkvox.test";
    here.settings.operation.ca_file = trusted.file();
  }
  scripted_server& serve(std::vector<script> scripts,
                         std::shared_ptr<boost::asio::ssl::context> identity) {
    server_ = std::make_unique<scripted_server>(here.loop, std::move(scripts), std::move(identity));
    here.settings.operation.base.port = server_->port();
    return *server_;
  }
  error refused() {
    here.start();
    const auto result = here.ask();
    EXPECT_FALSE(result);
    EXPECT_EQ(here.told.size(), 1U);
    return result ? error{} : result.error();
  }

  const script one_answer{handshake(), receive(), send(ok(two_agents)), receive(),
                          send(ok(no_agents))};
  certificate_authority trusted{"trusted authority"};
  certificate_authority unknown{"unknown authority"};
  asking here;

 private:
  std::unique_ptr<scripted_server> server_;
};

TEST_F(tls, takes_an_answer_that_ends_with_its_connection_without_a_word) {
  serve(
      {{handshake(), receive(), send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + two_agents)}},
      trusted.issue());
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(result->envelope.rows, 2U);
}

TEST_F(tls, takes_no_answer_that_ends_too_early_without_a_word) {
  serve({{handshake(), receive(),
          send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" +
               two_agents.substr(0, two_agents.size() - 2))}},
        trusted.issue());
  EXPECT_THAT(refused().detail, HasSubstr("cut off"));
}

TEST_F(tls, accepts_a_certificate_of_the_given_authority_and_keeps_the_connection) {
  const auto& server = serve({one_answer}, trusted.issue());
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(result->envelope.rows, 2U);
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(tls, accepts_a_certificate_that_names_the_address) {
  here.settings.operation.base.host = "127.0.0.1";
  serve({one_answer}, trusted.issue());
  here.start();
  const auto result = here.ask();
  EXPECT_TRUE(result) << to_string(result.error());
}

TEST_F(tls, sends_the_name_that_it_wants) {
  const auto identity = trusted.issue();
  std::string wanted;
  SSL_CTX_set_tlsext_servername_callback(
      identity->native_handle(), +[](SSL* ssl, int*, void* to) {
        const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        *static_cast<std::string*>(to) = name != nullptr ? name : "";
        return SSL_TLSEXT_ERR_OK;
      });
  SSL_CTX_set_tlsext_servername_arg(identity->native_handle(), &wanted);
  serve({one_answer}, identity);
  here.start();
  ASSERT_TRUE(here.ask());
  EXPECT_EQ(wanted, "wolkvox.test");
}

TEST_F(tls, refuses_a_certificate_of_an_unknown_authority) {
  const auto& server = serve({one_answer}, unknown.issue());
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::tls);
  EXPECT_THAT(failure.detail, HasSubstr("unable to get local issuer certificate"));
  EXPECT_THAT(failure.advice, HasSubstr("ca_file"));
  EXPECT_TRUE(server.requests().empty()) << "the token must not reach a stranger";
}

TEST_F(tls, does_not_take_a_private_authority_for_one_of_the_systems) {
  here.settings.operation.ca_file.reset();
  serve({one_answer}, trusted.issue());
  EXPECT_EQ(refused().kind, error_kind::tls);
}

TEST_F(tls, refuses_an_expired_certificate) {
  serve({one_answer}, trusted.issue({.valid_from_hours = -48, .valid_to_hours = -24}));
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::tls);
  EXPECT_THAT(failure.detail, HasSubstr("certificate has expired"));
}

TEST_F(tls, refuses_a_certificate_of_another_host) {
  serve({one_answer}, trusted.issue({.alternative_names = "DNS:other.test"}));
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::tls);
  EXPECT_THAT(failure.detail, HasSubstr("ostname mismatch"));
}

TEST_F(tls, refuses_a_certificate_of_another_address) {
  here.settings.operation.base.host = "127.0.0.1";
  serve({one_answer}, trusted.issue({.alternative_names = "DNS:127.0.0.1,IP:127.0.0.2"}));
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::tls);
  EXPECT_THAT(failure.detail, HasSubstr("IP address mismatch"));
}

TEST_F(tls, refuses_a_protocol_older_than_tls_1_2) {
  const auto old = trusted.issue();
  SSL_CTX_set_security_level(old->native_handle(), 0);
  SSL_CTX_set_min_proto_version(old->native_handle(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old->native_handle(), TLS1_1_VERSION);
  serve({one_answer}, old);
  EXPECT_EQ(refused().kind, error_kind::tls);
}

TEST_F(tls, tells_a_server_that_speaks_no_tls) {
  serve({{send("HTTP/1.1 400 Bad Request\r\n\r\n"), hang()}}, nullptr);
  EXPECT_EQ(refused().kind, error_kind::tls);
}

TEST_F(tls, takes_a_connection_closed_in_the_handshake_for_the_networks_fault) {
  serve({{reset()}}, nullptr);
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::connect);
  EXPECT_THAT(failure.advice, HasSubstr("allow-list"));
}

TEST_F(tls, tells_an_answer_cut_off_without_farewell) {
  serve({{handshake(), receive(), send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")}},
        trusted.issue());
  EXPECT_EQ(refused().kind, error_kind::connect);
}

TEST_F(tls, asks_nobody_while_its_authority_cannot_be_read) {
  const auto file = testing::TempDir() + "authority-" + std::to_string(::getpid());
  const struct {
    std::function<void()> make;
    std::string told;
  } cases[] = {
      {[] {}, "No such file"},
      {[&] { ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0); }, "it is a pipe"},
      {[&] { std::filesystem::create_symlink("/dev/zero", file); }, "it is a device"},
      {[&] { std::ofstream(file) << "no certificate"; }, "no certificate"},
      {[&] {
         std::filesystem::copy_file(trusted.file(), file);
         std::ofstream(file, std::ios::app)
             << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
       },
       "2"},
  };
  const auto& server = serve({one_answer}, trusted.issue());
  for (const auto& each : cases) {
    each.make();
    here.settings.operation.ca_file = file;
    const auto failure = refused();
    EXPECT_EQ(failure.kind, error_kind::tls);
    EXPECT_THAT(failure.detail, AllOf(HasSubstr("tls.ca_file " + file), HasSubstr(each.told)));
    EXPECT_EQ(server.connections(), 0U);
    here.told.clear();
    std::filesystem::remove(file);
  }
}

// As other clients do: what is named is trusted, whoever signed it.
TEST_F(tls, trusts_a_certificate_that_is_pinned_itself) {
  const auto file = testing::TempDir() + "pinned-" + std::to_string(::getpid());
  const auto pair = unknown.issue_pem();
  std::ofstream(file) << pair.certificate;
  const auto identity =
      std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  identity->use_certificate(boost::asio::buffer(pair.certificate), boost::asio::ssl::context::pem);
  identity->use_private_key(boost::asio::buffer(pair.key), boost::asio::ssl::context::pem);
  serve({one_answer}, identity);
  here.settings.operation.ca_file = file;
  here.start();
  const auto result = here.ask();
  EXPECT_TRUE(result) << to_string(result.error());
  std::filesystem::remove(file);
}

TEST_F(tls, takes_an_authority_that_can_be_read_after_all) {
  const auto file = testing::TempDir() + "late-authority-" + std::to_string(::getpid());
  serve({one_answer}, trusted.issue());
  const auto real = *here.settings.operation.ca_file;
  here.settings.operation.ca_file = file;
  here.start();
  EXPECT_FALSE(here.ask());
  std::filesystem::copy_file(real, file);
  const auto result = here.ask();
  EXPECT_TRUE(result) << to_string(result.error());
  std::filesystem::remove(file);
}

class proxied : public tls {
 protected:
  scripted_server& serve_proxy(std::vector<script> scripts) {
    auto& server = serve(std::move(scripts), trusted.issue());
    here.settings.operation.proxy =
        config::endpoint{.tls = false, .host = "proxy.test", .port = server.port(), .path = "/"};
    here.settings.operation.base.port = 443;
    return server;
  }
};

TEST_F(proxied, goes_through_a_tunnel_and_checks_the_server_behind_it) {
  const auto& server =
      serve_proxy({{receive(), send("HTTP/1.1 200 Connection established\r\n\r\n"), handshake(),
                    receive(), send(ok(two_agents)), receive(), send(ok(no_agents))}});
  here.start();
  const auto result = here.ask();
  ASSERT_TRUE(result) << to_string(result.error());
  ASSERT_TRUE(here.ask());
  ASSERT_EQ(server.requests().size(), 3U);
  EXPECT_THAT(server.requests()[0], StartsWith("CONNECT wolkvox.test:443 HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests()[0], HasSubstr("\r\nHost: wolkvox.test:443\r\n"));
  EXPECT_THAT(server.requests()[0], testing::Not(HasSubstr("s3cret"))) << "the proxy is not told";
  EXPECT_THAT(server.requests()[1],
              StartsWith("GET /api/v2/real_time.php?api=agents HTTP/1.1\r\n"));
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(proxied, tells_a_refused_tunnel) {
  serve_proxy({{receive(), send(answer_with("407 Proxy Authentication Required", "no"))}});
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::connect);
  EXPECT_THAT(failure.detail, HasSubstr("407"));
  EXPECT_THAT(failure.advice, HasSubstr("proxy_password_file"));
}

// Keeps a secret file for as long as it lives.
class password_file {
 public:
  explicit password_file(const std::string& text) { std::ofstream(path_) << text; }
  password_file(const password_file&) = delete;
  password_file& operator=(const password_file&) = delete;
  ~password_file() { std::filesystem::remove(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ =
      std::filesystem::path{testing::TempDir()} / fmt::format("proxy-password-{}", ::getpid());
};

TEST_F(proxied, says_who_asks_to_the_proxy_alone) {
  const password_file password{"open sesame\n"};
  here.settings.operation.proxy_username = "wolkvox";
  here.settings.operation.proxy_password_file = password.path();
  for (const bool tls : {true, false}) {
    here.settings.operation.base.tls = tls;
    const auto& server =
        tls ? serve_proxy({{receive(), send("HTTP/1.1 200 Connection established\r\n\r\n"),
                            handshake(), receive(), send(ok(no_agents))}})
            : serve_proxy({{receive(), send(ok(no_agents))}});
    here.start();
    ASSERT_TRUE(here.ask());
    const std::string credentials =
        "\r\nProxy-Authorization: Basic d29sa3ZveDpvcGVuIHNlc2FtZQ==\r\n";
    EXPECT_THAT(server.requests().at(0), HasSubstr(credentials));
    if (tls) {
      EXPECT_THAT(server.requests().at(1), testing::Not(HasSubstr("Proxy-Authorization")));
    }
  }
}

TEST_F(proxied, sends_nothing_without_the_password) {
  here.settings.operation.proxy_username = "wolkvox";
  here.settings.operation.proxy_password_file = "/nowhere/password";
  const auto& server = serve_proxy({});
  const auto failure = refused();
  EXPECT_THAT(failure.detail, HasSubstr("/nowhere/password"));
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(proxied, tells_a_proxy_that_hangs_up) {
  serve_proxy({{receive()}});
  const auto failure = refused();
  EXPECT_EQ(failure.kind, error_kind::connect);
  EXPECT_THAT(failure.detail, HasSubstr("tunnel"));
}

TEST_F(proxied, asks_for_the_whole_address_in_plain_http) {
  here.settings.operation.base.tls = false;
  const auto& server = serve_proxy({{receive(), send(ok(no_agents))}});
  here.settings.operation.base.port = 8080;
  here.start();
  ASSERT_TRUE(here.ask());
  EXPECT_THAT(
      server.requests().at(0),
      StartsWith("GET http://wolkvox.test:8080/api/v2/real_time.php?api=agents HTTP/1.1\r\n"));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nHost: wolkvox.test:8080\r\n"));
}

TEST_F(proxied, writes_an_ipv6_address_in_brackets) {
  here.settings.operation.base.tls = false;
  here.settings.operation.base.host = "::1";
  const auto& server = serve_proxy({{receive(), send(ok(no_agents))}});
  here.settings.operation.base.port = 80;
  here.start();
  ASSERT_TRUE(here.ask());
  EXPECT_THAT(server.requests().at(0), StartsWith("GET http://[::1]/api/v2/"));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nHost: [::1]\r\n"));
}

TEST_F(proxied, does_not_start_with_a_proxy_over_tls) {
  serve_proxy({});
  here.settings.operation.proxy->tls = true;
  EXPECT_THROW(here.start(), std::runtime_error);
}

}  // namespace
}  // namespace wolkvox::api::test
