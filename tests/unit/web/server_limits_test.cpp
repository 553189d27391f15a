// Slow, many and rude peers; listening; stopping.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/unit/web/running_server.hpp"

namespace wolkvox::web {
namespace {

using namespace std::chrono_literals;

// More than the kernel takes from a writer whose reader does not read.
constexpr std::size_t large = 12U << 20;

site large_site() {
  auto content = small_site();
  const auto piece = std::make_shared<const std::string>(1U << 20, 'x');
  content.metrics = answering([piece] { return body(large >> 20, piece); });
  return content;
}

// Reads the head and not more: the answer is under way from here on.
void begin_scrape(raw_client& client) {
  client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.receive_some());
  ASSERT_TRUE(client.received().starts_with("HTTP/1.1 200 OK")) << client.received().substr(0, 99);
}

TEST(server_limits, scrapes_over_the_limit_get_503_and_the_slot_comes_back) {
  server_settings settings;
  settings.max_requests = 2;
  running_server server(large_site(), settings);
  auto first = server.client(4096);
  auto second = server.client(4096);
  begin_scrape(first);
  begin_scrape(second);
  EXPECT_EQ(server.scrapes().in_flight, 2U);
  auto third = server.client();
  const auto r = third.get("/metrics");
  EXPECT_EQ(r.status, 503U);
  EXPECT_TRUE(r.body.contains("--web.max-requests"));
  EXPECT_EQ(third.get("/-/healthy").status, 200U) << "only scrapes are limited";
  EXPECT_EQ(server.scrapes().rejected, 1U);
  EXPECT_EQ(first.receive().body.size(), large) << "a slow reader gets all of it";
  EXPECT_EQ(first.get("/-/healthy").status, 200U);
  EXPECT_EQ(server.scrapes().in_flight, 1U);
  EXPECT_EQ(third.get("/metrics").status, 200U);
}

TEST(server_limits, a_reader_that_leaves_frees_its_slot_and_pages) {
  const auto piece = std::make_shared<const std::string>(large, 'x');
  auto content = small_site();
  content.metrics = answering([piece] { return body{piece}; });
  running_server server(content);
  const auto references = piece.use_count();
  {
    auto client = server.client(4096);
    begin_scrape(client);
    EXPECT_GT(piece.use_count(), references);
  }
  auto other = server.client();
  while (server.scrapes().in_flight > 0) {
    other.get("/-/healthy");
  }
  EXPECT_EQ(piece.use_count(), references);
  EXPECT_EQ(server.scrapes().served[0], 0U);
}

TEST(server_limits, a_reader_that_takes_nothing_is_cut) {
  server_settings settings;
  settings.limits.write_stall = 20ms;
  running_server server(large_site(), settings);
  auto client = server.client(4096);
  begin_scrape(client);
  auto other = server.client();
  while (server.scrapes().in_flight > 0) {
    other.get("/-/healthy");
  }
  EXPECT_EQ(client.receive().status, 0U) << "cut, and so shorter than its Content-Length";
}

TEST(server_limits, one_answer_has_an_end_however_slowly_it_is_read) {
  server_settings settings;
  settings.limits.write_total = 20ms;
  running_server server(large_site(), settings);
  auto client = server.client(4096);
  begin_scrape(client);
  auto other = server.client();
  while (server.scrapes().in_flight > 0) {
    client.receive_some();
    other.get("/-/healthy");
  }
  EXPECT_EQ(server.scrapes().served[0], 0U);
}

TEST(server_limits, a_head_that_never_ends_is_cut) {
  server_settings settings;
  settings.limits.header_timeout = 20ms;
  running_server server(small_site(), settings);
  auto silent = server.client();
  auto slow = server.client();
  slow.send("GET /metrics HTTP/1.1\r\nHo");
  EXPECT_TRUE(silent.closed());
  EXPECT_TRUE(slow.closed());
}

TEST(server_limits, an_idle_connection_is_closed) {
  server_settings settings;
  settings.limits.idle_timeout = 20ms;
  running_server server(small_site(), settings);
  auto client = server.client();
  EXPECT_EQ(client.get("/-/healthy").status, 200U);
  EXPECT_TRUE(client.closed());
}

TEST(server_limits, a_new_connection_ends_the_longest_idle_one) {
  server_settings settings;
  settings.limits.connections = 2;
  running_server server(small_site(), settings);
  auto oldest = server.client();
  EXPECT_EQ(oldest.get("/-/healthy").status, 200U);
  auto newer = server.client();
  EXPECT_EQ(newer.get("/-/healthy").status, 200U);
  auto newest = server.client();
  EXPECT_EQ(newest.get("/-/healthy").status, 200U);
  EXPECT_TRUE(oldest.closed());
  EXPECT_EQ(newer.get("/-/healthy").status, 200U);
}

TEST(server_limits, a_connection_too_many_is_closed_while_all_are_answering) {
  server_settings settings;
  settings.limits.connections = 1;
  running_server server(large_site(), settings);
  auto busy = server.client(4096);
  begin_scrape(busy);
  auto refused = server.client();
  EXPECT_TRUE(refused.closed());
  EXPECT_EQ(busy.receive().body.size(), large);
}

// As long as it lives this process gets no new descriptor but the ones it has given back.
class descriptor_famine {
 public:
  // With a socket that is there before.
  descriptor_famine() : peer_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // UBSan asks the kernel by a pipe whether an object may be read before it looks at its type for
    // the first time, and takes it for none where there is no descriptor for one: what says the
    // error is called once before.
    const boost::system::error_code out_of_descriptors = boost::asio::error::no_descriptors;
    EXPECT_FALSE(out_of_descriptors.message().empty());
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &normal_), 0);
    const int lowest_free = ::dup(peer_);
    ::close(lowest_free);
    auto none_left = normal_;
    none_left.rlim_cur = static_cast<rlim_t>(lowest_free);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none_left), 0);
  }
  ~descriptor_famine() {
    ::close(peer_);
    end();
  }
  descriptor_famine(const descriptor_famine&) = delete;
  descriptor_famine& operator=(const descriptor_famine&) = delete;

  void end() const { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &normal_), 0); }
  void connect(std::uint16_t port) const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(peer_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  }
  std::string ask(std::string_view request) const {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(peer_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    EXPECT_EQ(::send(peer_, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string answer(1024, '\0');
    const auto got = ::recv(peer_, answer.data(), answer.size(), 0);
    answer.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return answer;
  }

 private:
  int peer_;
  rlimit normal_{};
};

TEST(server_limits, who_is_idle_gives_way_where_descriptors_ran_out) {
  running_server server;
  auto oldest = server.client();
  ASSERT_EQ(oldest.get("/-/healthy").status, 200U);
  auto newer = server.client();
  ASSERT_EQ(newer.get("/-/healthy").status, 200U);
  {
    const descriptor_famine famine;
    famine.connect(server.port());
    EXPECT_TRUE(famine.ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200"));
  }
  EXPECT_TRUE(oldest.closed());
  EXPECT_EQ(newer.get("/-/healthy").status, 200U);
  EXPECT_TRUE(server.told().empty());
}

TEST(server_limits, accepting_goes_on_after_descriptors_ran_out_while_all_are_answering) {
  server_settings settings;
  settings.limits.accept_retry = 1ms;
  running_server server(large_site(), settings);
  auto busy = server.client(4096);
  begin_scrape(busy);
  const descriptor_famine famine;
  famine.connect(server.port());
  while (server.told().empty()) {
    std::this_thread::yield();
  }
  famine.end();
  EXPECT_TRUE(famine.ask("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_EQ(server.told().size(), 1U) << "told once, not at every attempt";
  EXPECT_TRUE(server.told()[0].contains("accepting on 127.0.0.1:"));
  EXPECT_EQ(busy.receive().body.size(), large);
}

TEST(server_stop, idle_connections_close_at_once_and_nothing_is_accepted) {
  running_server server;
  auto idle = server.client();
  EXPECT_EQ(idle.get("/-/healthy").status, 200U);
  auto half = server.client();
  half.send("GET /me");
  server.stop().get();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_THROW(server.client(), boost::system::system_error);
}

TEST(server_stop, an_answer_under_way_is_written_to_its_end) {
  running_server server(large_site());
  auto client = server.client(4096);
  begin_scrape(client);
  auto stopped = server.stop();
  EXPECT_EQ(client.receive().body.size(), large);
  EXPECT_TRUE(client.closed());
  stopped.get();
  EXPECT_EQ(server.scrapes().served[0], 1U);
}

TEST(server_stop, an_answer_that_takes_too_long_is_cut) {
  server_settings settings;
  settings.limits.stop_deadline = 20ms;
  running_server server(large_site(), settings);
  auto client = server.client(4096);
  begin_scrape(client);
  server.stop().get();
  EXPECT_EQ(client.receive().status, 0U);
  EXPECT_EQ(server.scrapes().in_flight, 0U);
  EXPECT_EQ(server.scrapes().served[0], 0U);
  EXPECT_TRUE(server.told().empty()) << server.told()[0];
}

boost::asio::awaitable<std::expected<void, std::string>> reload_without_end() {
  boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                  std::chrono::steady_clock::time_point::max());
  co_await never.async_wait(boost::asio::use_awaitable);
  co_return std::expected<void, std::string>{};
}

TEST(server_stop, a_reload_without_end_is_cut) {
  server_settings settings;
  settings.limits.stop_deadline = 20ms;
  settings.lifecycle = lifecycle_handlers{.reload = reload_without_end, .quit = [] {}};
  running_server server(small_site(), settings);
  auto client = server.client();
  client.send("POST /-/reload HTTP/1.1\r\nHost: x\r\n\r\n");
  auto other = server.client();
  EXPECT_EQ(other.get("/-/healthy").status, 200U);
  server.stop().get();
  EXPECT_TRUE(client.closed());
}

TEST(server_start, serves_every_address_it_was_given) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("wolkvox_web_" + std::to_string(::getpid()) + ".sock");
  server_settings settings;
  settings.listen_addresses = {"127.0.0.1:0", ":0", "localhost:0", "unix:" + path.string()};
  {
    running_server server(small_site(), settings);
    ASSERT_TRUE(server.started()) << server.started().error();
    ASSERT_EQ(server.started()->size(), 4U);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NE(server.port(i), 0);
      raw_client client(server.port(i));
      EXPECT_EQ(client.get("/-/healthy").status, 200U) << server.started()->at(i);
    }
    EXPECT_EQ(server.started()->at(3), "unix:" + path.string());
    boost::asio::io_context context;
    boost::asio::local::stream_protocol::socket local(context);
    local.connect(path.string());
    boost::asio::write(local,
                       boost::asio::buffer(std::string_view("GET /-/healthy HTTP/1.0\r\n\r\n")));
    std::string text;
    boost::system::error_code end;
    boost::asio::read(local, boost::asio::dynamic_buffer(text), end);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 200 OK")) << text;
  }
  EXPECT_FALSE(std::filesystem::exists(path)) << "the socket's file is removed";
}

TEST(server_start, takes_over_the_socket_file_of_a_dead_process_but_nothing_else) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("wolkvox_orphan_" + std::to_string(::getpid()) + ".sock");
  {
    boost::asio::io_context context;
    boost::asio::local::stream_protocol::acceptor dead(
        context, boost::asio::local::stream_protocol::endpoint(path.string()));
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  server_settings settings;
  settings.listen_addresses = {"unix:" + path.string()};
  {
    running_server server(small_site(), settings);
    EXPECT_TRUE(server.started());
    running_server second(small_site(), settings);
    ASSERT_FALSE(second.started());
    EXPECT_TRUE(second.started().error().contains(path.string())) << second.started().error();
    EXPECT_TRUE(std::filesystem::exists(path)) << "it belongs to the first one";
  }
  std::ofstream(path) << "precious";
  running_server server(small_site(), settings);
  EXPECT_FALSE(server.started());
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
  std::filesystem::remove(path);
}

TEST(server_start, serves_on_a_socket_that_listens_already) {
  const int passed = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(passed, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(passed, 8), 0);
  const auto path = std::filesystem::temp_directory_path() /
                    ("wolkvox_passed_" + std::to_string(::getpid()) + ".sock");
  boost::asio::io_context context;
  boost::asio::local::stream_protocol::acceptor local(
      context, boost::asio::local::stream_protocol::endpoint(path.string()));
  {
    server_settings settings;
    settings.inherited_sockets = {passed, local.release()};
    settings.listen_addresses = {"127.0.0.1:0"};
    running_server server(small_site(), settings);
    ASSERT_TRUE(server.started()) << server.started().error();
    EXPECT_EQ(server.started()->at(1), "unix:" + path.string());
    for (const std::size_t each : {0U, 2U}) {
      raw_client client(server.port(each));
      EXPECT_EQ(client.get("/-/healthy").status, 200U) << server.started()->at(each);
    }
  }
  EXPECT_TRUE(std::filesystem::exists(path)) << "it belongs to whoever made it";
  std::filesystem::remove(path);
}

TEST(server_start, a_descriptor_that_is_no_listening_socket_is_refused) {
  const int datagrams = ::socket(AF_INET, SOCK_DGRAM, 0);
  const int not_listening = ::socket(AF_INET, SOCK_STREAM, 0);
  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (const int each : {datagrams, not_listening, file, 987}) {
    server_settings settings;
    settings.inherited_sockets = {each};
    running_server server(small_site(), settings);
    ASSERT_FALSE(server.started());
    EXPECT_TRUE(server.started().error().starts_with("descriptor " + std::to_string(each)))
        << server.started().error();
    ::close(each);
  }
}

TEST(server_start, an_address_in_use_binds_nothing) {
  running_server first;
  const auto taken = "127.0.0.1:" + std::to_string(first.port());
  server_settings settings;
  settings.listen_addresses = {"127.0.0.1:0", taken};
  running_server second(small_site(), settings);
  ASSERT_FALSE(second.started());
  EXPECT_TRUE(second.started().error().contains("'" + taken + "'")) << second.started().error();
  EXPECT_TRUE(second.started().error().contains("in use")) << second.started().error();
}

TEST(server_start, bad_settings_are_refused_with_the_reason) {
  struct sample {
    std::string address, path, reason;
  };
  for (const auto& [address, path, reason] :
       {sample{"10042", "/metrics", "no port"},
        sample{"host.invalid:0", "/metrics", "host.invalid"},
        sample{"127.0.0.1:0", "metrics", "telemetry path"},
        sample{"127.0.0.1:0", "/a?b", "telemetry path"},
        sample{"unix:/none/such/dir.sock", "/metrics", "No such file"}}) {
    server_settings settings;
    settings.listen_addresses = {address};
    settings.telemetry_path = path;
    running_server server(small_site(), settings);
    ASSERT_FALSE(server.started()) << address;
    EXPECT_TRUE(server.started().error().contains(reason)) << server.started().error();
  }
}

}  // namespace
}  // namespace wolkvox::web
