// Starts threads that are left to themselves.
#include "exporter/threads/lone_thread.hpp"

#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace wolkvox::threads {
namespace {

// How many there are in the process. Never destroyed: a thread may outlive the end of main().
struct census {
  std::mutex lock;
  std::condition_variable changed;
  std::size_t alive = 0;
};

census& all_threads() {
  static auto* const kept = new census;
  return *kept;
}

void count(std::ptrdiff_t more) {
  auto& all = all_threads();
  const std::lock_guard held(all.lock);
  all.alive += static_cast<std::size_t>(more);
  all.changed.notify_all();
}

}  // namespace

struct lone_thread::state {
  explicit state(boost::asio::any_io_executor executor) : home(std::move(executor)) {}

  static void work_off(std::shared_ptr<state> mine);
  std::optional<errand> next();
  void bring_home(homecoming what);

  boost::asio::any_io_executor home;
  std::mutex lock;
  std::deque<errand> queue;
  bool is_running = false;
  bool is_closed = false;
};

std::optional<errand> lone_thread::state::next() {
  const std::lock_guard held(lock);
  if (queue.empty()) {
    is_running = false;
    return std::nullopt;
  }
  auto taken = std::move(queue.front());
  queue.pop_front();
  return taken;
}

// Under the lock: the event loop is there until close() has returned.
void lone_thread::state::bring_home(homecoming what) {
  const std::lock_guard held(lock);
  if (what && !is_closed) {
    boost::asio::post(home, std::move(what));
  }
}

void lone_thread::state::work_off(std::shared_ptr<state> mine) {
  while (auto what = mine->next()) {
    mine->bring_home((*what)());
  }
  mine.reset();
  count(-1);
}

lone_thread::lone_thread(boost::asio::any_io_executor home)
    : home_(std::move(home)), state_(std::make_shared<state>(home_)) {}

bool lone_thread::start(errand what) {
  const std::lock_guard held(state_->lock);
  if (state_->is_closed) {
    return false;
  }
  state_->queue.push_back(std::move(what));
  if (state_->is_running) {
    return true;
  }
  count(1);
  try {
    std::thread(&state::work_off, state_).detach();
    state_->is_running = true;
  } catch (const std::system_error&) {
    count(-1);
    state_->queue.clear();
  }
  return state_->is_running;
}

void lone_thread::admit(const std::shared_ptr<waiter>& who) {
  std::erase_if(waiting_, [](const auto& each) { return each.expired(); });
  waiting_.push_back(who);
}

void lone_thread::close() {
  {
    const std::lock_guard held(state_->lock);
    state_->is_closed = true;
    state_->queue.clear();
  }
  for (const auto& each : waiting_) {
    if (const auto who = each.lock()) {
      who->bell.cancel();
    }
  }
  waiting_.clear();
}

bool lone_thread::all_ended(std::chrono::milliseconds within) {
  auto& all = all_threads();
  std::unique_lock held(all.lock);
  return all.changed.wait_for(held, within, [&] { return all.alive == 0; });
}

}  // namespace wolkvox::threads
