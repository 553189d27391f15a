#include "exporter/api/net/lane.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <map>
#include <utility>

namespace wolkvox::api {

namespace asio = boost::asio;

lane_queue::ticket lane_queue::enter(urgency how_urgent) {
  const auto who = next_++;
  waiting_.push_back({.how_urgent = how_urgent, .who = who, .came_after = admitted_});
  return who;
}

std::optional<lane_queue::ticket> lane_queue::admit() {
  if (holding_.size() >= slots_ || waiting_.empty()) {
    return std::nullopt;
  }
  auto next = waiting_.begin();
  if (admitted_ - next->came_after < most_overtaken) {
    next = std::ranges::min_element(waiting_, {}, &waiter::how_urgent);  // of equals the first
  }
  const auto who = next->who;
  waiting_.erase(next);
  ++admitted_;
  holding_.insert(who);
  return who;
}

void lane_queue::leave(ticket who) {
  holding_.erase(who);
  std::erase_if(waiting_, [who](const waiter& each) { return each.who == who; });
}

// A place that nobody holds any more and that is not free yet.
struct lane::late_return {
  place which;
  asio::steady_timer when;
};

struct lane::state {
  explicit state(std::size_t slots) : queue(slots) {}

  void admit() {
    while (!closed) {
      const auto who = queue.admit();
      if (!who) {
        return;
      }
      const auto waiter = waiters.find(*who);
      waiter->second.admitted = true;
      waiter->second.wake.cancel();
    }
  }

  struct entry {
    entry(const asio::any_io_executor& loop, const void* of)
        : wake(loop, asio::steady_timer::time_point::max()), who(of) {}
    asio::steady_timer wake;  // as a condition variable
    const void* who;
    bool admitted = false;
    bool sent_away = false;

    void send_away() {
      sent_away = true;
      wake.cancel();
    }
  };

  lane_queue queue;
  std::map<lane_queue::ticket, entry> waiters;  // until they leave
  std::map<lane_queue::ticket, late_return> late;
  bool closed = false;
};

struct lane::place::waiter {
  waiter(std::shared_ptr<state> of, lane_queue::ticket who) : lane(std::move(of)), ticket(who) {}
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;
  ~waiter() {
    lane->queue.leave(ticket);
    lane->waiters.erase(ticket);
    lane->admit();
  }
  std::shared_ptr<state> lane;
  lane_queue::ticket ticket;
};

lane::place::place(std::unique_ptr<waiter> who) : waiter_(std::move(who)) {}
lane::place::place(place&&) noexcept = default;
lane::place& lane::place::operator=(place&&) noexcept = default;
lane::place::~place() = default;

lane::lane(asio::any_io_executor loop, std::size_t slots)
    : loop_(std::move(loop)), state_(std::make_shared<state>(slots)) {}

lane::~lane() {
  close();
}

asio::awaitable<std::optional<lane::place>> lane::enter(urgency how_urgent, const void* who) {
  const auto shared = state_;
  if (shared->closed) {
    co_return std::nullopt;
  }
  const auto ticket = shared->queue.enter(how_urgent);
  auto& entry = shared->waiters.try_emplace(ticket, loop_, who).first->second;
  place mine(std::make_unique<place::waiter>(shared, ticket));
  shared->admit();
  while (!entry.admitted && !entry.sent_away) {
    co_await entry.wake.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      co_return std::nullopt;
    }
  }
  if (entry.sent_away) {
    co_return std::nullopt;
  }
  co_return std::move(mine);
}

void lane::give_back_at(place which, std::chrono::steady_clock::time_point when) {
  if (state_->closed || when <= std::chrono::steady_clock::now()) {
    return;
  }
  const auto ticket = which.waiter_->ticket;
  auto& entry =
      state_->late.emplace(ticket, late_return{std::move(which), asio::steady_timer(loop_, when)})
          .first->second;
  entry.when.async_wait([lane = std::weak_ptr(state_), ticket](boost::system::error_code) {
    if (const auto kept = lane.lock()) {
      const auto gone = kept->late.extract(ticket);  // its end admits the next
    }
  });
}

void lane::set_slots(std::size_t slots) {
  state_->queue.set_slots(slots);
  state_->admit();
}

bool lane::is_empty() const {
  return state_->queue.waiting() == 0 && state_->queue.holding() == 0;
}

void lane::send_away(const void* who) {
  for (auto& [ticket, entry] : state_->waiters) {
    if (entry.who == who) {
      entry.send_away();
    }
  }
}

void lane::close() {
  state_->closed = true;
  const auto late = std::exchange(state_->late, {});
  for (auto& [ticket, entry] : state_->waiters) {
    entry.send_away();
  }
}

}  // namespace wolkvox::api
