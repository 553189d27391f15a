// The server through TLS, over real sockets.
#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "tests/unit/api_net/certificates.hpp"
#include "tests/unit/web/running_server.hpp"
#include "tests/unit/web/web_file.hpp"

namespace wolkvox::web {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using api::test::certificate_authority;

constexpr std::size_t large = 12U << 20;

// Blocking; trusts one authority.
class tls_client {
 public:
  tls_client(const certificate_authority& authority, std::uint16_t port)
      : stream_(context_, trust(authority)) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(stream_.next_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience,
                 sizeof(patience));
    stream_.handshake(ssl::stream_base::client, failure_);
  }

  const boost::system::error_code& failure() const { return failure_; }

  // Head and body of an answer after which the server closes.
  std::string ask(std::string_view target, std::string_view fields = "") {
    std::string text = "GET ";
    text.append(target).append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    text.append(fields).append("\r\n");
    asio::write(stream_, asio::buffer(text), failure_);
    std::string answer;
    asio::read(stream_, asio::dynamic_buffer(answer), failure_);
    return answer;
  }

 private:
  ssl::context& trust(const certificate_authority& authority) {
    trust_.load_verify_file(authority.file().string());
    trust_.set_verify_mode(ssl::verify_peer);
    return trust_;
  }

  asio::io_context context_;
  ssl::context trust_{ssl::context::tls_client};
  ssl::stream<asio::ip::tcp::socket> stream_;
  boost::system::error_code failure_;
};

class tls_server : public testing::Test {
 protected:
  tls_server() { renew(); }

  void renew() {
    const auto pair = authority.issue_pem();
    file.write("server.crt", pair.certificate);
    file.write("server.key", pair.key);
  }
  server_settings settings() {
    server_settings made;
    made.guard = file.open();
    return made;
  }

  certificate_authority authority{"the authority"};
  web_file file{""};
  const std::string with_tls = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n";
};

TEST_F(tls_server, answers_and_says_goodbye) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  tls_client client(authority, server.port());
  ASSERT_FALSE(client.failure()) << client.failure().message();
  const auto answer = client.ask("/metrics");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nup 1\ndown 2\n")) << answer;
  EXPECT_EQ(client.failure(), asio::error::eof) << "an end that TLS knows of";
}

TEST_F(tls_server, writes_a_large_answer_whole) {
  file.write(with_tls);
  auto content = small_site();
  const auto piece = std::make_shared<const std::string>(1U << 20, 'x');
  content.metrics = answering([piece] { return body(large >> 20, piece); });
  running_server server(content, settings());
  tls_client client(authority, server.port());
  const auto answer = client.ask("/metrics");
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, large);
}

TEST_F(tls_server, a_peer_that_sends_on_gets_its_refusal) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  tls_client client(authority, server.port());
  const auto answer =
      client.ask("/metrics", "Content-Length: 100000\r\n\r\n" + std::string(100'000, 'x'));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer.substr(0, 40);
}

TEST_F(tls_server, asks_for_a_password_inside) {
  file.write(with_tls + "basic_auth_users: {alice: " + hash_of_wonderland + "}\n");
  running_server server(small_site(), settings());
  EXPECT_TRUE(tls_client(authority, server.port()).ask("/metrics").starts_with("HTTP/1.1 401 "));
  EXPECT_TRUE(tls_client(authority, server.port())
                  .ask("/metrics", "Authorization: " + alice + "\r\n")
                  .starts_with("HTTP/1.1 200 "));
}

TEST_F(tls_server, takes_a_new_certificate_for_the_next_connection) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  tls_client before(authority, server.port());
  renew();
  tls_client after(authority, server.port());
  EXPECT_TRUE(before.ask("/-/healthy").starts_with("HTTP/1.1 200 ")) << "kept to its end";
  EXPECT_TRUE(after.ask("/-/healthy").starts_with("HTTP/1.1 200 "));
}

TEST_F(tls_server, serves_nobody_while_its_certificate_cannot_be_read) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  tls_client open(authority, server.port());
  file.write("server.crt", "no certificate");
  EXPECT_TRUE(tls_client(authority, server.port()).failure());
  EXPECT_TRUE(open.ask("/-/healthy").starts_with("HTTP/1.1 500 "));
  renew();
  EXPECT_TRUE(tls_client(authority, server.port()).ask("/-/healthy").starts_with("HTTP/1.1 200 "));
}

TEST_F(tls_server, does_not_go_back_to_plain_http) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  file.write("rate_limit: {}");
  EXPECT_TRUE(tls_client(authority, server.port()).failure());
  auto plain = server.client();
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(plain.closed());
}

TEST_F(tls_server, tells_plain_http_what_is_wrong) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  auto plain = server.client();
  plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  plain.receive_rest();
  EXPECT_TRUE(plain.received().contains("sent an HTTP request to an HTTPS server"))
      << plain.received();
}

TEST_F(tls_server, counts_and_tells_who_comes_to_no_request) {
  file.write(with_tls);
  auto telling = settings();
  std::mutex lock;
  std::vector<handshake_fault> told;
  telling.refused = [&](handshake_fault why, const std::string&) {
    const std::lock_guard held(lock);
    told.push_back(why);
  };
  running_server server(small_site(), telling);
  {
    auto plain = server.client();
    plain.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    plain.receive_rest();
    auto gone = server.client();
    gone.send_end();
    gone.receive_rest();
    auto nonsense = server.client();
    nonsense.send("\x16\x03\x01\xff\xff" + std::string(100, '\x01'));
    nonsense.receive_rest();
    const certificate_authority unknown{"another"};
    EXPECT_TRUE(tls_client(unknown, server.port()).failure());
  }
  const auto seen = [&] {
    const std::lock_guard held(lock);
    return std::set(told.begin(), told.end());
  };
  while (seen().size() < 4) {
    std::this_thread::yield();
  }
  EXPECT_TRUE(seen().contains(handshake_fault::plain_http));
  EXPECT_TRUE(seen().contains(handshake_fault::closed));
  EXPECT_TRUE(seen().contains(handshake_fault::alert));
  EXPECT_TRUE(tls_client(authority, server.port()).ask("/-/healthy").starts_with("HTTP/1.1 200 "));
  std::uint64_t sum = 0;
  for (const auto each : server.scrapes().handshake_errors.value()) {
    sum += each;
  }
  EXPECT_EQ(sum, 4U);
}

TEST_F(tls_server, a_handshake_that_never_ends_is_cut) {
  file.write(with_tls);
  auto limited = settings();
  limited.limits.header_timeout = std::chrono::milliseconds{20};
  running_server server(small_site(), limited);
  auto silent = server.client();
  auto begun = server.client();
  begun.send("\x16\x03\x01");
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(begun.closed());
}

TEST_F(tls_server, stops_in_the_midst_of_handshakes) {
  file.write(with_tls);
  running_server server(small_site(), settings());
  auto silent = server.client();
  tls_client idle(authority, server.port());
  server.stop().get();
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(idle.ask("/").empty());
}

}  // namespace
}  // namespace wolkvox::web
