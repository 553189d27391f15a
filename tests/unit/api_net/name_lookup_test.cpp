#include "exporter/api/net/name_lookup.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <latch>
#include <optional>

namespace wolkvox::api {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using found = std::expected<addresses, error_code>;

constexpr std::chrono::seconds watchdog{20};

class name_lookups : public testing::Test {
 protected:
  void find(name_lookup& in, std::optional<found>& to) {
    asio::co_spawn(loop, in.find(std::chrono::steady_clock::now() + watchdog),
                   [&to](std::exception_ptr thrown, found value) {
                     EXPECT_EQ(thrown, nullptr);
                     to = std::move(value);
                   });
  }
  asio::io_context loop{1};
};

TEST_F(name_lookups, bring_what_the_resolver_found) {
  name_lookup lookup(loop.get_executor(), "wolkvox.test", 443,
                     [](const std::string& host, std::uint16_t port) {
                       EXPECT_EQ(host, "wolkvox.test");
                       return found(addresses{{asio::ip::address_v4::loopback(), port}});
                     });
  std::optional<found> first;
  find(lookup, first);
  loop.run_for(watchdog);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((**first).at(0).port(), 443);
}

TEST_F(name_lookups, take_an_address_as_it_is) {
  for (const auto* address : {"127.0.0.1", "::1"}) {
    name_lookup lookup(loop.get_executor(), address, 443, nullptr);
    std::optional<found> result;
    find(lookup, result);
    loop.restart();
    loop.run_for(watchdog);
    ASSERT_TRUE(result && *result);
    EXPECT_EQ((**result).at(0).address().to_string(), address);
  }
}

TEST_F(name_lookups, ask_again_after_a_failure) {
  const auto calls = std::make_shared<std::atomic<int>>(0);
  name_lookup lookup(loop.get_executor(), "wolkvox.test", 443,
                     [calls](const std::string&, std::uint16_t) {
                       ++*calls;
                       return found(std::unexpected(make_error_code(asio::error::host_not_found)));
                     });
  for (int turn = 1; turn <= 2; ++turn) {
    std::optional<found> result;
    find(lookup, result);
    loop.restart();
    loop.run_for(watchdog);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error(), asio::error::host_not_found);
    EXPECT_EQ(*calls, turn);
  }
}

// The loop's end does not wait for a name server: the thread comes home to an empty house, safely.
TEST(name_lookup, may_end_after_the_loop_is_gone) {
  const auto held = std::make_shared<std::latch>(1);
  const auto over = std::make_shared<std::latch>(1);
  {
    asio::io_context loop{1};
    name_lookup lookup(loop.get_executor(), "stuck.test", 443,
                       [held, over](const std::string&, std::uint16_t) {
                         held->wait();
                         over->count_down();
                         return found(addresses{});
                       });
    std::optional<found> result;
    asio::co_spawn(loop, lookup.find(std::chrono::steady_clock::now()),
                   [&result](std::exception_ptr, found value) { result = std::move(value); });
    loop.run_for(watchdog);
    EXPECT_TRUE(loop.stopped());
    ASSERT_TRUE(result);
    EXPECT_EQ(result->error(), asio::error::timed_out);
  }
  held->count_down();
  over->wait();
}

TEST(resolve_by_system, knows_the_local_host_and_tells_a_name_that_cannot_be) {
  const auto local = resolve_by_system("localhost", 80);
  ASSERT_TRUE(local);
  EXPECT_FALSE(local->empty());
  EXPECT_FALSE(resolve_by_system("no such host", 80));
}

}  // namespace
}  // namespace wolkvox::api
