// The lane of one token: who may ask now. Never more at once than configured (the platform refuses
// more than two, wolkvox-api.md 3.1); among those who wait the most urgent first, then the first
// come.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "exporter/api/net/client.hpp"

namespace wolkvox::api {

// The decision, without coroutines. A ticket waits, then holds a slot, then leaves; it may leave at
// any time.
class lane_queue {
 public:
  using ticket = std::uint64_t;

  explicit lane_queue(std::size_t slots) : slots_(slots) {}

  ticket enter(urgency how_urgent);
  // Gives a free slot to the next in turn and says whom; nothing when none is free or nobody waits.
  std::optional<ticket> admit();
  void leave(ticket who);

  std::size_t waiting() const { return waiting_.size(); }
  std::size_t holding() const { return holding_.size(); }

 private:
  std::size_t slots_;
  ticket next_ = 0;
  std::set<std::pair<urgency, ticket>> waiting_;
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

  // Waits for a slot. Nothing when the lane was closed. Cancellable.
  boost::asio::awaitable<std::optional<place>> enter(urgency how_urgent);
  // Everyone who waits is sent away; who holds a slot keeps it.
  void close();

 private:
  struct state;
  boost::asio::any_io_executor loop_;
  std::shared_ptr<state> state_;  // a place may outlive its lane when a loop is torn down
};

}  // namespace wolkvox::api
