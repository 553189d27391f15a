// What systemd says in the environment, and what it is told.
#include "exporter/app/service_manager.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <map>

namespace wolkvox::app {
namespace {

using namespace std::chrono_literals;

environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

TEST(activated_sockets, are_those_passed_to_this_process) {
  const auto passed = activated_sockets(with({{"LISTEN_PID", "42"}, {"LISTEN_FDS", "2"}}), 42);
  ASSERT_TRUE(passed);
  EXPECT_EQ(*passed, (std::vector{3, 4}));
}

TEST(activated_sockets, are_told_to_be_missing) {
  using variables = std::map<std::string, std::string>;
  for (const auto& each :
       {variables{}, variables{{"LISTEN_FDS", "1"}}, variables{{"LISTEN_PID", "42"}},
        variables{{"LISTEN_PID", "41"}, {"LISTEN_FDS", "1"}},
        variables{{"LISTEN_PID", "42"}, {"LISTEN_FDS", "0"}},
        variables{{"LISTEN_PID", "42"}, {"LISTEN_FDS", "-1"}},
        variables{{"LISTEN_PID", "42"}, {"LISTEN_FDS", "999999999"}},
        variables{{"LISTEN_PID", "42"}, {"LISTEN_FDS", "1x"}}}) {
    const auto passed = activated_sockets(with(each), 42);
    ASSERT_FALSE(passed);
    EXPECT_TRUE(passed.error().contains("--web.systemd-socket"));
  }
}

TEST(watchdog, is_patient_as_told_where_it_means_us) {
  EXPECT_EQ(watchdog_patience(with({{"WATCHDOG_USEC", "30000000"}}), 42), 30s);
  EXPECT_EQ(watchdog_patience(with({{"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", "42"}}), 42), 5us);
  EXPECT_FALSE(watchdog_patience(with({{"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", "41"}}), 42));
  EXPECT_FALSE(watchdog_patience(with({{"WATCHDOG_USEC", "0"}}), 42));
  EXPECT_FALSE(watchdog_patience(with({{"WATCHDOG_USEC", "soon"}}), 42));
  EXPECT_FALSE(watchdog_patience(with({}), 42));
}

TEST(reloading_message, bears_its_time) {
  EXPECT_EQ(reloading_message(12'345us), "RELOADING=1\nMONOTONIC_USEC=12345");
}

// A manager's end: what arrives is read at once.
class manager_socket {
 public:
  explicit manager_socket(const std::string& address)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    address.copy(where.sun_path, sizeof(where.sun_path) - 1);
    if (address.front() == '@') {
      where.sun_path[0] = '\0';
    }
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&where), length), 0);
  }
  ~manager_socket() { ::close(socket_); }
  manager_socket(const manager_socket&) = delete;
  manager_socket& operator=(const manager_socket&) = delete;

  std::string next() const {
    char text[256];
    const auto got = ::recv(socket_, text, sizeof(text), 0);
    return {text, static_cast<std::size_t>(got < 0 ? 0 : got)};
  }

 private:
  int socket_;
};

TEST(service_manager, is_told_through_a_file_or_a_name_outside_the_file_system) {
  const auto name = "wolkvox_manager_" + std::to_string(::getpid());
  const auto file = (std::filesystem::temp_directory_path() / name).string();
  for (const auto& address : {file, "@" + name}) {
    const manager_socket end(address);
    const service_manager manager(with({{"NOTIFY_SOCKET", address}}));
    manager.ready();
    EXPECT_EQ(end.next(), "READY=1") << address;
    manager.alive();
    EXPECT_EQ(end.next(), "WATCHDOG=1");
    manager.reloading();
    EXPECT_TRUE(end.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    manager.stopping();
    EXPECT_EQ(end.next(), "STOPPING=1");
  }
  std::filesystem::remove(file);
}

TEST(service_manager, that_is_not_there_or_has_no_time_holds_nobody_up) {
  service_manager(with({})).ready();
  service_manager(with({{"NOTIFY_SOCKET", ""}})).ready();
  service_manager(with({{"NOTIFY_SOCKET", "/none/such"}})).ready();
  service_manager(with({{"NOTIFY_SOCKET", std::string(200, 'x')}})).ready();
  const auto name = "@wolkvox_full_" + std::to_string(::getpid());
  const manager_socket end(name);
  const service_manager manager(with({{"NOTIFY_SOCKET", name}}));
  for (int i = 0; i < 10'000; ++i) {
    manager.alive();
  }
  EXPECT_EQ(end.next(), "WATCHDOG=1");
}

}  // namespace
}  // namespace wolkvox::app
