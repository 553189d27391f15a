// The lane of one token: who may ask now. Never more at once than configured (the platform refuses
// more than two, wolkvox-api.md 3.1); among those who wait the most urgent first, then the first
// come, and nobody for ever: live reports of a slow platform could fill the lane by themselves.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "exporter/api/net/client.hpp"

namespace wolkvox::api {

// The decision, without coroutines. A ticket waits, then holds a slot, then leaves; it may leave at
// any time.
class lane_queue {
 public:
  using ticket = std::uint64_t;
  // Who has seen so many others admitted goes next. More than one round of all collectors has, so
  // that it decides only where the lane is never empty.
  static constexpr std::uint64_t most_overtaken = 24;

  explicit lane_queue(std::size_t slots) : slots_(slots) {}
  void set_slots(std::size_t slots) { slots_ = slots; }

  ticket enter(urgency how_urgent);
  // Gives a free slot to the next in turn and says whom; nothing when none is free or nobody waits.
  std::optional<ticket> admit();
  void leave(ticket who);

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t holding() const { return holding_.size(); }

 private:
  struct waiter {
    urgency how_urgent;
    ticket who;
    std::uint64_t came_after;  // so many had been admitted
  };

  std::size_t slots_;
  ticket next_ = 0;
  std::uint64_t admitted_ = 0;
  std::vector<waiter> waiting_;  // in the order they came; a dozen at most
  std::set<ticket> holding_;
};

// The lane itself; used on the event loop only.
class lane {
 public:
  // A place in the lane, from the queue on; gives it back when it goes.
  class place {
   public:
    place(place&&) noexcept;
    place& operator=(place&&) noexcept;
    ~place();

   private:
    friend class lane;
    struct waiter;
    explicit place(std::unique_ptr<waiter> who);
    std::unique_ptr<waiter> waiter_;
  };

  lane(boost::asio::any_io_executor loop, std::size_t slots);
  lane(const lane&) = delete;
  lane& operator=(const lane&) = delete;
  ~lane();

  // Waits for a slot. Nothing when the lane was closed or `who` was sent away. Cancellable.
  boost::asio::awaitable<std::optional<place>> enter(urgency how_urgent, const void* who);
  // Gives the place back at `when` instead of now: the request that it was for may still be at work
  // on the platform, although nobody waits for its answer any more.
  void give_back_at(place which, std::chrono::steady_clock::time_point when);
  void set_slots(std::size_t slots);
  bool is_empty() const;
  // It waits no longer, and whatever slot it holds it keeps.
  void send_away(const void* who);
  // Everyone who waits is sent away; who holds a slot keeps it.
  void close();

 private:
  struct state;
  struct late_return;
  boost::asio::any_io_executor loop_;
  std::shared_ptr<state> state_;  // a place may outlive its lane when a loop is torn down
};

}  // namespace wolkvox::api
