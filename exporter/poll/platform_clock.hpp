// The platform's time, from the Date header of its answers (design decision 9: correctness does not
// depend on clock agreement, but windows should end where the platform's day is). Runs on the
// steady clock between answers, so that a jump of our own wall clock moves no window. Pure.
#pragma once

#include <chrono>
#include <optional>

#include "exporter/poll/schedule.hpp"

namespace wolkvox::poll {

using std::chrono::sys_seconds;

class platform_clock {
 public:
  // Before the first answer our own wall clock is the best guess; it is read once.
  platform_clock(sys_seconds our_wall, steady_time at) : wall_(our_wall), at_(at) {}

  void heard(sys_seconds date, steady_time at) {
    wall_ = date;
    at_ = at;
    heard_ = true;
  }

  // The platform was heard: now() is its time, not a guess.
  bool is_known() const { return heard_; }

  sys_seconds now(steady_time at) const {
    return wall_ + std::chrono::floor<std::chrono::seconds>(at - at_);
  }

  // Platform minus ours; nothing until the platform was heard.
  std::optional<std::chrono::seconds> skew(sys_seconds our_wall, steady_time at) const {
    if (!heard_) {
      return std::nullopt;
    }
    return now(at) - our_wall;
  }

 private:
  sys_seconds wall_;
  steady_time at_;
  bool heard_ = false;
};

}  // namespace wolkvox::poll
