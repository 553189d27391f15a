// A thread for work that may take for ever: a file system that hangs, a hash that costs a minute.
// It is there while there is work, does one errand after the other, and nobody joins it: who waits
// may stop waiting, and the process ends without it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace wolkvox::threads {

// What the event loop does with an errand's result; empty: nothing.
using homecoming = std::move_only_function<void()>;
// Runs on the thread. Owns all that it touches there, and refers to what lives on the event loop by
// weak_ptr alone, locked in its homecoming.
using errand = std::move_only_function<homecoming()>;

// On the event loop, which outlives it.
class lone_thread {
 public:
  using clock = std::chrono::steady_clock;

  explicit lone_thread(boost::asio::any_io_executor home);
  ~lone_thread() { close(); }
  lone_thread(const lone_thread&) = delete;
  lone_thread& operator=(const lone_thread&) = delete;

  // False where it will never be done: the thread was closed, or there is none to be had.
  bool start(errand what);
  // The result of `work`; nothing when it did not come in time, or never will.
  template <class Work>
  boost::asio::awaitable<std::optional<std::invoke_result_t<Work>>> run(
      Work work, clock::time_point until = clock::time_point::max());
  // Nothing is begun and nothing comes home any more; who waits is told so at once.
  void close();

  // At the end of the process: whether the last of these threads ended in time.
  static bool all_ended(std::chrono::milliseconds within);

 private:
  struct state;
  struct waiter {
    explicit waiter(const boost::asio::any_io_executor& home) : bell(home) {}
    boost::asio::steady_timer bell;
  };
  template <class Result>
  struct waiter_for : waiter {
    using waiter::waiter;
    std::optional<Result> result;
  };
  void admit(const std::shared_ptr<waiter>& who);

  boost::asio::any_io_executor home_;
  std::shared_ptr<state> state_;  // the thread's too
  std::vector<std::weak_ptr<waiter>> waiting_;
};

template <class Work>
boost::asio::awaitable<std::optional<std::invoke_result_t<Work>>> lone_thread::run(
    Work work, clock::time_point until) {
  using result = std::invoke_result_t<Work>;
  const auto mine = std::make_shared<waiter_for<result>>(home_);
  mine->bell.expires_at(until);
  admit(mine);
  const bool started =
      start([who = std::weak_ptr(mine), carried = std::move(work)]() mutable -> homecoming {
        if (who.expired()) {
          return {};  // not worth doing any more
        }
        return [who, made = carried()]() mutable {
          if (const auto waits = who.lock()) {
            waits->result = std::move(made);
            waits->bell.cancel();
          }
        };
      });
  if (started) {
    co_await mine->bell.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  co_return std::move(mine->result);
}

}  // namespace wolkvox::threads
