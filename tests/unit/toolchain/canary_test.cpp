// The ordinary coroutine shapes that g++ 12.2 compiles into crashes, hangs and double frees without
// a word (design decision 4). They prove nothing about our code; they tell at once, best under
// sanitizers, when a new compiler or library brings such a fault back.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace wolkvox {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;

// Longer than the small-string buffer, so that a double free is one.
const std::string long_text(100, 'x');

asio::awaitable<void> hop() {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, use_awaitable);
}

asio::awaitable<bool> true_once(int& calls) {
  co_await hop();
  co_return calls++ == 0;
}

asio::awaitable<int> number(int value) {
  co_await hop();
  co_return value;
}

asio::awaitable<std::string> text(std::string value) {
  co_await hop();
  co_return value;
}

struct aggregate {
  std::string first;
  std::string second;
};

asio::awaitable<std::string> joined(aggregate parts) {
  co_await hop();
  co_return parts.first + parts.second;
}

asio::awaitable<std::string> joined_reference(const aggregate& parts) {
  co_await hop();
  co_return parts.first + parts.second;
}

asio::awaitable<std::size_t> total(std::vector<std::string> all) {
  co_await hop();
  std::size_t size = 0;
  for (const auto& one : all) {
    size += one.size();
  }
  co_return size;
}

asio::awaitable<std::size_t> total_of_two(std::array<std::string, 2> two) {
  co_await hop();
  co_return two[0].size() + two[1].size();
}

template <class Coroutine>
void run(Coroutine coroutine) {
  asio::io_context loop{1};
  bool done = false;
  asio::co_spawn(loop, std::move(coroutine), [&done](std::exception_ptr thrown) {
    EXPECT_EQ(thrown, nullptr);
    done = true;
  });
  loop.run();
  EXPECT_TRUE(done);
}

int condition_calls = 0;
int taken = 0;

asio::awaitable<void> if_without_a_local() {
  if (co_await true_once(condition_calls)) {
    ++taken;
  }
}

asio::awaitable<void> while_without_a_local() {
  while (co_await true_once(condition_calls)) {
    ++taken;
  }
}

asio::awaitable<void> endless_while_with_if() {
  while (true) {
    if (co_await true_once(condition_calls)) {
      ++taken;
    } else {
      co_return;
    }
  }
}

asio::awaitable<void> switch_without_a_local() {
  switch (co_await number(2)) {
    case 2:
      ++taken;
      break;
    default:
      break;
  }
}

struct owner {
  asio::awaitable<void> member_condition() {
    if (co_await true_once(condition_calls)) {
      ++taken;
    }
  }
};

class conditions : public testing::Test {
 protected:
  conditions() {
    condition_calls = 0;
    taken = 0;
  }
};

TEST_F(conditions, if_) {
  run(if_without_a_local());
  EXPECT_EQ(taken, 1);
}

TEST_F(conditions, while_) {
  run(while_without_a_local());
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(condition_calls, 2);
}

TEST_F(conditions, endless_while) {
  run(endless_while_with_if());
  EXPECT_EQ(taken, 1);
}

TEST_F(conditions, switch_) {
  run(switch_without_a_local());
  EXPECT_EQ(taken, 1);
}

TEST_F(conditions, in_a_member_function) {
  owner one;
  run(one.member_condition());
  EXPECT_EQ(taken, 1);
}

asio::awaitable<void> spawned_lambda_capturing(std::string value, std::string& result) {
  const auto executor = co_await asio::this_coro::executor;
  result = co_await asio::co_spawn(
      executor, [value]() -> asio::awaitable<std::string> { co_return co_await text(value); },
      use_awaitable);
}

asio::awaitable<void> spawned_with_awaited_executor(std::shared_ptr<std::string> value,
                                                    std::string& result) {
  co_await asio::co_spawn(
      co_await asio::this_coro::executor,
      [value, &result]() -> asio::awaitable<void> { result = co_await text(*value); },
      use_awaitable);
}

asio::awaitable<void> initiated_lambda_capturing(std::string value, std::string& result) {
  result = co_await asio::async_initiate<decltype(use_awaitable), void(std::string)>(
      [value](auto handler) { std::move(handler)(value); }, use_awaitable);
}

asio::awaitable<void> lambda_called_at_once(std::string value, std::string& result) {
  result = co_await [](std::string inner) -> asio::awaitable<std::string> {
    co_await hop();
    co_return inner;
  }(value);
}

TEST(capturing_lambdas, keep_what_they_captured) {
  using shape = asio::awaitable<void> (*)(std::string, std::string&);
  for (const shape one : {shape{spawned_lambda_capturing}, shape{initiated_lambda_capturing},
                          shape{lambda_called_at_once}}) {
    std::string result;
    run(one(long_text, result));
    EXPECT_EQ(result, long_text);
  }
  std::string result;
  run(spawned_with_awaited_executor(std::make_shared<std::string>(long_text), result));
  EXPECT_EQ(result, long_text);
}

asio::awaitable<void> braced_argument(std::string& result) {
  result = co_await joined(aggregate{long_text, long_text});
}

asio::awaitable<void> designated_argument(std::string& result) {
  result = co_await joined({.first = long_text, .second = long_text});
}

asio::awaitable<void> braced_reference(std::string& result) {
  result = co_await joined_reference(aggregate{long_text, long_text});
}

asio::awaitable<void> awaited_inside_braces(std::string& result) {
  aggregate made{.first = co_await text(long_text), .second = co_await text(long_text)};
  co_await hop();
  result = made.first + made.second;
}

TEST(braced_aggregates, are_destroyed_once) {
  for (const auto one :
       {braced_argument, designated_argument, braced_reference, awaited_inside_braces}) {
    std::string result;
    run(one(result));
    EXPECT_EQ(result, long_text + long_text);
  }
}

asio::awaitable<void> initializer_list_argument(std::size_t& result) {
  result = co_await total({long_text, long_text});
}

asio::awaitable<void> array_argument(std::size_t& result) {
  result = co_await total_of_two({long_text, long_text});
}

asio::awaitable<void> awaited_inside_a_list(std::size_t& result) {
  const std::vector<std::string> both{co_await text(long_text), co_await text(long_text)};
  result = both[0].size() + both[1].size();
}

TEST(lists, are_destroyed_once) {
  for (const auto one : {initializer_list_argument, array_argument, awaited_inside_a_list}) {
    std::size_t result = 0;
    run(one(result));
    EXPECT_EQ(result, 2 * long_text.size());
  }
}

asio::awaitable<void> await_in_an_arm(bool which, std::string& result) {
  result = which ? co_await text(long_text) : std::string{};
}

asio::awaitable<void> choice_as_argument(bool which, std::string& result) {
  result = co_await text(which ? long_text : std::string{"short"});
}

TEST(conditional_operator, stands_beside_an_await) {
  for (const auto one : {await_in_an_arm, choice_as_argument}) {
    std::string result;
    run(one(true, result));
    EXPECT_EQ(result, long_text);
    run(one(false, result));
    EXPECT_NE(result, long_text);
  }
}

asio::awaitable<void> both_at_once(std::string& result) {
  using namespace asio::experimental::awaitable_operators;
  const auto [first, second] = co_await (text(long_text) && text(long_text));
  result = first + second;
}

asio::awaitable<void> range_over_an_awaited_temporary(std::string& result) {
  for (const char c : co_await text(long_text + long_text)) {
    result += c;
  }
}

asio::awaitable<void> exception_through_an_await(std::string& result) {
  try {
    co_await []() -> asio::awaitable<void> {
      co_await hop();
      throw std::runtime_error(long_text + long_text);
    }();
  } catch (const std::runtime_error& thrown) {
    result = thrown.what();
  }
}

TEST(shapes_that_always_worked, still_do) {
  for (const auto one :
       {both_at_once, range_over_an_awaited_temporary, exception_through_an_await}) {
    std::string result;
    run(one(result));
    EXPECT_EQ(result, long_text + long_text);
  }
}

}  // namespace
}  // namespace wolkvox
