// An operation's one way to the ledger and to what accumulates, which live on a thread of their
// own: work goes there in the order it is given. A reload that reads the ledger holds it, and what
// is held waits. Event-loop thread.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

#include "exporter/operation/surroundings.hpp"
#include "exporter/threads/offload.hpp"

namespace wolkvox::operation {

class ledger_access {
 public:
  // `on` outlives it.
  explicit ledger_access(const basis& on);

  // What was given before comes before what is posted to the ledger's thread from now on.
  void hold() { is_held_ = true; }
  void release();
  bool is_held() const { return is_held_; }

  // What `work`, called there with the ledger, makes. Where that can fail, failures are counted and
  // told: one line when the ledger begins to fail and one when it works again.
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work, metrics::ledger&>> run(Work work) {
    while (is_held_) {
      co_await released_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    auto made = co_await threads::offload(
        on_.around.ledger_thread,
        [ledger = on_.around.ledger, carried = std::move(work)] { return carried(*ledger); });
    if constexpr (requires { made.error(); }) {
      note(made ? nullptr : &made.error());
    }
    co_return made;
  }

  // How it ended; null: well.
  void note(const metrics::ledger_error* failure);

 private:
  const basis& on_;
  bool is_held_ = false;
  boost::asio::steady_timer released_;  // never expires: rung when it is not held any more
  bool is_failing_ = false;
};

}  // namespace wolkvox::operation
