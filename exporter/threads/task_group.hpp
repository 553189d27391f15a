// Coroutines that live and end together: shutdown is a join (design decision 8). cancel() reaches
// every child; join() returns when the last one is done. Event-loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace wolkvox::threads {

class task_group {
 public:
  // `failed` is told of an exception that leaves a child: a bug, since failures are values here.
  task_group(boost::asio::any_io_executor loop, std::function<void(const std::string&)> failed);
  ~task_group();
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  // Not started once cancelled.
  void spawn(boost::asio::awaitable<void> child);
  void cancel();
  bool cancelled() const;
  // True when every child has ended in time.
  boost::asio::awaitable<bool> join(std::chrono::steady_clock::time_point until);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace wolkvox::threads
