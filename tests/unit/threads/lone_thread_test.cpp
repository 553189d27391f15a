// Work that nobody joins.
#include "exporter/threads/lone_thread.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <latch>
#include <thread>

namespace wolkvox::threads {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

class lone : public testing::Test {
 protected:
  template <class Work>
  auto ask(Work work, steady_clock::time_point until = steady_clock::time_point::max()) {
    using result = std::optional<std::invoke_result_t<Work>>;
    auto answer = std::make_shared<std::optional<result>>();
    asio::co_spawn(
        loop,
        [](lone_thread& on, Work what, steady_clock::time_point end,
           std::shared_ptr<std::optional<result>> to) -> asio::awaitable<void> {
          *to = co_await on.run(std::move(what), end);
        }(thread, std::move(work), until, answer),
        asio::detached);
    return answer;
  }

  asio::io_context loop;
  lone_thread thread{loop.get_executor()};
};

TEST_F(lone, brings_the_result_home) {
  const auto here = std::this_thread::get_id();
  const auto answer = ask([here] { return std::this_thread::get_id() != here; });
  loop.run();
  EXPECT_EQ(*answer, std::optional(true));
}

TEST_F(lone, does_one_after_the_other) {
  std::vector<int> order;
  const auto first = ask([&] {
    order.push_back(1);
    return 1;
  });
  const auto second = ask([&] {
    order.push_back(2);
    return 2;
  });
  loop.run();
  EXPECT_EQ(order, (std::vector{1, 2}));
  EXPECT_EQ(**first, 1);
  EXPECT_EQ(**second, 2);
}

TEST_F(lone, is_not_waited_for_longer_than_told) {
  const auto released = std::make_shared<std::latch>(1);
  const auto answer = ask(
      [released] {
        released->wait();
        return 1;
      },
      steady_clock::now() + std::chrono::milliseconds{5});
  loop.run();
  ASSERT_TRUE(*answer);
  EXPECT_EQ(**answer, std::nullopt);
  released->count_down();
}

TEST_F(lone, does_not_begin_what_nobody_waits_for_any_more) {
  const auto released = std::make_shared<std::latch>(1);
  const auto begun = std::make_shared<std::atomic<bool>>(false);
  const auto soon = steady_clock::now() + std::chrono::milliseconds{5};
  ask(
      [released] {
        released->wait();
        return 1;
      },
      soon);
  ask(
      [begun] {
        *begun = true;
        return 1;
      },
      soon);
  loop.run();
  released->count_down();
  EXPECT_TRUE(lone_thread::all_ended(std::chrono::seconds{10}));
  EXPECT_FALSE(*begun);
}

TEST_F(lone, that_is_closed_tells_who_waits_and_leaves_the_work_alone) {
  const auto released = std::make_shared<std::latch>(1);
  const auto begun = std::make_shared<std::latch>(1);
  const auto under_way = ask([released, begun] {
    begun->count_down();
    released->wait();
    return 1;
  });
  const auto queued = ask([] { return 2; });
  loop.poll();
  begun->wait();
  thread.close();
  loop.run();
  EXPECT_EQ(**under_way, std::nullopt);
  EXPECT_EQ(**queued, std::nullopt);
  EXPECT_FALSE(lone_thread::all_ended(std::chrono::milliseconds{1}));
  const auto late = ask([] { return 3; });
  loop.restart();
  loop.run();
  EXPECT_EQ(**late, std::nullopt);
  released->count_down();
  EXPECT_TRUE(lone_thread::all_ended(std::chrono::seconds{10}));
}

TEST(lone_thread, may_go_with_its_event_loop_while_work_is_under_way) {
  const auto released = std::make_shared<std::latch>(1);
  {
    asio::io_context loop;
    lone_thread thread(loop.get_executor());
    thread.start([released]() -> homecoming {
      released->wait();
      return [] { FAIL() << "nobody is there"; };
    });
  }
  released->count_down();
  EXPECT_TRUE(lone_thread::all_ended(std::chrono::seconds{10}));
}

}  // namespace
}  // namespace wolkvox::threads
