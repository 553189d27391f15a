// Coroutines that end together.
#include "exporter/threads/task_group.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>
#include <vector>

namespace wolkvox::threads {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class task_groups : public testing::Test {
 protected:
  asio::awaitable<void> wait_for_ever(int& ended) {
    asio::steady_timer timer(context_, std::chrono::steady_clock::time_point::max());
    struct note_end {
      int& count;
      ~note_end() { ++count; }
    } const note{ended};
    co_await timer.async_wait(asio::use_awaitable);
  }

  bool joined(std::chrono::milliseconds deadline) {
    bool result = false;
    asio::co_spawn(
        context_,
        [](task_group& group, std::chrono::milliseconds limit, bool& out) -> asio::awaitable<void> {
          out = co_await group.join(std::chrono::steady_clock::now() + limit);
        }(group_, deadline, result),
        asio::detached);
    context_.restart();
    context_.run();
    return result;
  }

  asio::io_context context_{1};
  std::vector<std::string> failures_;
  task_group group_{context_.get_executor(),
                    [this](const std::string& what) { failures_.push_back(what); }};
};

TEST_F(task_groups, cancel_reaches_every_child_and_join_waits_for_all) {
  int ended = 0;
  for (int i = 0; i < 3; ++i) {
    group_.spawn(wait_for_ever(ended));
  }
  context_.poll();
  EXPECT_EQ(ended, 0);
  group_.cancel();
  EXPECT_TRUE(joined(10s));
  EXPECT_EQ(ended, 3);
  EXPECT_TRUE(failures_.empty()) << "a stop is no failure";
}

TEST_F(task_groups, nothing_starts_once_cancelled) {
  int ended = 0;
  group_.cancel();
  group_.spawn(wait_for_ever(ended));
  EXPECT_TRUE(joined(10s));
  EXPECT_EQ(ended, 0);
}

TEST_F(task_groups, an_exception_of_a_child_is_told) {
  group_.spawn([]() -> asio::awaitable<void> {
    throw std::runtime_error("broken");
    co_return;
  }());
  EXPECT_TRUE(joined(10s));
  EXPECT_EQ(failures_, std::vector<std::string>{"broken"});
}

TEST_F(task_groups, an_empty_group_is_joined_at_once) {
  EXPECT_TRUE(joined(0s));
}

TEST_F(task_groups, join_gives_up_at_its_deadline) {
  int ended = 0;
  group_.spawn(wait_for_ever(ended));
  context_.poll();
  bool result = true;
  asio::co_spawn(
      context_,
      [](task_group& group, bool& out) -> asio::awaitable<void> {
        out = co_await group.join(std::chrono::steady_clock::now() + 1ms);
      }(group_, result),
      [this](std::exception_ptr) { group_.cancel(); });
  context_.restart();
  context_.run();
  EXPECT_FALSE(result);
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace wolkvox::threads
