// The simulation's agenda: what happens next. Events of the same second happen in the order they
// were planned.
#pragma once

#include <chrono>
#include <cstdint>
#include <queue>
#include <vector>

namespace wolkvox::simulator {

enum class event_kind : std::uint8_t {
  midnight,
  caller,          // the next inbound call arrives
  gives_up,        // subject: call
  picked_up,       // subject: call, the ringing ends
  talk_ends,       // subject: call
  written_up,      // subject: agent, after-call work ends
  pause_ends,      // subject: agent
  pause_due,       // subject: agent
  logs_in,         // subject: agent
  logs_out,        // subject: agent
  colleague_call,  // the next internal call
  manual_call,     // the next manual outbound call
  dials,           // subject: campaign
  dial_result,     // subject: campaign
  machine_ends,    // subject: call
};

struct event {
  std::chrono::sys_seconds at;
  std::uint64_t order = 0;
  event_kind kind{};
  std::uint32_t subject = 0;
  std::uint32_t generation = 0;  // the event is void when its subject's generation has moved on
};

class event_queue {
 public:
  void plan(std::chrono::sys_seconds at, event_kind kind, std::uint32_t subject = 0,
            std::uint32_t generation = 0) {
    events_.push(
        {.at = at, .order = ++order_, .kind = kind, .subject = subject, .generation = generation});
  }
  bool due(std::chrono::sys_seconds now) const {
    return !events_.empty() && events_.top().at <= now;
  }
  event take() {
    const event next = events_.top();
    events_.pop();
    return next;
  }

 private:
  struct later {
    bool operator()(const event& a, const event& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };
  std::priority_queue<event, std::vector<event>, later> events_;
  std::uint64_t order_ = 0;
};

}  // namespace wolkvox::simulator
