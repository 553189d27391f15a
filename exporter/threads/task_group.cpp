#include "exporter/threads/task_group.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <list>

namespace wolkvox::threads {

namespace asio = boost::asio;

struct task_group::state {
  state(asio::any_io_executor executor, std::function<void(const std::string&)> on_failure)
      : loop(executor), emptied(executor), failed(std::move(on_failure)) {}

  asio::any_io_executor loop;
  // Never expires: cancelled when the last child ends, as a condition variable.
  asio::steady_timer emptied;
  std::list<asio::cancellation_signal> children;
  std::function<void(const std::string&)> failed;
  bool stopping = false;

  void ended(std::list<asio::cancellation_signal>::iterator child, std::exception_ptr problem) {
    children.erase(child);
    if (children.empty()) {
      emptied.cancel();
    }
    if (!problem) {
      return;
    }
    try {
      std::rethrow_exception(problem);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted) {
        failed(error.what());
      }
    } catch (const std::exception& error) {
      failed(error.what());
    }
  }
};

task_group::task_group(asio::any_io_executor loop, std::function<void(const std::string&)> failed)
    : state_(std::make_shared<state>(loop, std::move(failed))) {}

task_group::~task_group() = default;

void task_group::spawn(asio::awaitable<void> child) {
  if (state_->stopping) {
    return;
  }
  const auto place = state_->children.emplace(state_->children.end());
  asio::co_spawn(state_->loop, std::move(child),
                 asio::bind_cancellation_slot(place->slot(),
                                              [kept = state_, place](std::exception_ptr problem) {
                                                kept->ended(place, std::move(problem));
                                              }));
}

void task_group::cancel() {
  state_->stopping = true;
  // A cancelled child may end at once and leave the list.
  for (auto child = state_->children.begin(); child != state_->children.end();) {
    (child++)->emit(asio::cancellation_type::terminal);
  }
}

bool task_group::cancelled() const {
  return state_->stopping;
}

asio::awaitable<bool> task_group::join(std::chrono::steady_clock::time_point until) {
  const std::shared_ptr<state> kept = state_;
  while (!kept->children.empty() && std::chrono::steady_clock::now() < until) {
    kept->emptied.expires_at(until);
    co_await kept->emptied.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  const bool all_ended = kept->children.empty();
  co_return all_ended;
}

}  // namespace wolkvox::threads
