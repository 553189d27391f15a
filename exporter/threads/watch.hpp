// Looks again at what lies on a file system, which may hang: on a thread of its own, and waited for
// a moment only. What was found last serves meanwhile. One look at a time serves all who ask.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "exporter/threads/lone_thread.hpp"

namespace wolkvox::threads {

enum class answering : std::uint8_t { again, not_for_long };

class watch {
 public:
  // A look; its homecoming takes what is new. May keep what it saw: one runs at a time.
  using look = std::function<homecoming()>;

  // `told` hears when a look has hung for long, and when that is over; on the event loop.
  watch(boost::asio::any_io_executor loop, look again, std::function<void(answering)> told);
  ~watch();
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;

  // True when a look that began after the call has ended, false when that takes too long: then the
  // next who ask do not wait at all until it ends.
  boost::asio::awaitable<bool> refresh();
  // Nobody waits any more.
  void close();

 private:
  struct state;
  static boost::asio::awaitable<bool> refresh(std::shared_ptr<state> mine);

  std::shared_ptr<state> state_;
};

}  // namespace wolkvox::threads
