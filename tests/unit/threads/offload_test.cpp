// Work on another executor and its caller's cancellation.
#include "exporter/threads/offload.hpp"

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <latch>

namespace wolkvox::threads {
namespace {

namespace asio = boost::asio;

// Asio 1.26's co_spawn hands a cancellation over to the pool with a plain pointer: it would arrive
// there after the caller has gone on.
TEST(offload, a_cancellation_that_comes_as_the_work_ends_does_no_harm) {
  asio::io_context loop;
  asio::thread_pool pool{1};
  asio::cancellation_signal cancel;
  std::latch begun{1};
  std::latch watched{1};
  std::latch worked{1};
  std::latch caller_ended{1};
  bool went_on = false;
  const auto caller = [&]() -> asio::awaitable<void> {
    went_on = co_await offload(pool.get_executor(), [&] {
      begun.count_down();
      watched.wait();
      return true;
    });
  };
  asio::co_spawn(loop, caller(),
                 asio::bind_cancellation_slot(
                     cancel.slot(), [&](const std::exception_ptr&) { caller_ended.count_down(); }));
  loop.poll();
  begun.wait();
  // co_spawn comes to the pool once more when the work has ended: what is posted from behind it
  // finds the result on its way home, and keeps the pool until the caller has it.
  asio::post(pool, [&] {
    asio::post(pool, [&] {
      worked.count_down();
      caller_ended.wait();
    });
  });
  asio::post(loop, [&] {
    watched.count_down();
    worked.wait();
    cancel.emit(asio::cancellation_type::terminal);
  });
  while (!caller_ended.try_wait()) {
    loop.run_one();
  }
  pool.join();
  EXPECT_TRUE(went_on);
}

}  // namespace
}  // namespace wolkvox::threads
