// Secrets that are read anew, and one on a file system that hangs.
#include "exporter/threads/secret_file.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <utility>

namespace wolkvox::threads {
namespace {

namespace asio = boost::asio;

template <class Result>
Result await(asio::io_context& loop, asio::awaitable<Result> what) {
  auto result = asio::co_spawn(loop, std::move(what), asio::use_future);
  loop.restart();
  while (result.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    loop.run_one_for(std::chrono::seconds{10});
  }
  return result.get();
}

TEST(secret_file, is_read_anew_each_time) {
  asio::io_context loop;
  int reads = 0;
  secret_file file(
      loop.get_executor(), "the file",
      [&reads] { return secret_file::verdict(secret{std::to_string(++reads)}); },
      [](const auto&) {});
  EXPECT_EQ(await(loop, file.read())->reveal(), "1");
  EXPECT_EQ(await(loop, file.read())->reveal(), "2");
  EXPECT_TRUE(await(loop, file.changed()));
}

TEST(secret_file, that_says_the_same_has_not_changed) {
  asio::io_context loop;
  secret_file file(
      loop.get_executor(), "the file", [] { return secret_file::verdict(secret{"same"}); },
      [](const auto&) {});
  await(loop, file.read());
  EXPECT_FALSE(await(loop, file.changed()));
}

TEST(secret_file, on_a_file_system_that_hangs_says_what_it_said_last) {
  asio::io_context loop;
  const auto released = std::make_shared<std::latch>(1);
  const auto reads = std::make_shared<std::atomic<int>>(0);
  secret_file file(
      loop.get_executor(), "the file",
      [released, reads] {
        if (++*reads > 1) {
          released->wait();
        }
        return secret_file::verdict(secret{std::to_string(*reads)});
      },
      [](const auto&) {});
  EXPECT_EQ(await(loop, file.read())->reveal(), "1");
  EXPECT_EQ(await(loop, file.read())->reveal(), "1");
  EXPECT_EQ(await(loop, file.read())->reveal(), "1") << "and at once";
  EXPECT_EQ(*reads, 2);
  released->count_down();
  while (await(loop, file.read())->reveal() == "1") {
    std::this_thread::yield();
  }
}

TEST(secret_file, that_hangs_from_the_start_is_an_error_that_says_so) {
  asio::io_context loop;
  const auto released = std::make_shared<std::latch>(1);
  secret_file file(
      loop.get_executor(), "the token file",
      [released] {
        released->wait();
        return secret_file::verdict(secret{"late"});
      },
      [](const auto&) {});
  EXPECT_EQ(await(loop, file.read()).error(),
            "the token file has not been read yet: its file system hangs");
  released->count_down();
}

}  // namespace
}  // namespace wolkvox::threads
